import type { CheckRequest, SessionRecord, Timestamp } from '@aegis/model';

/** A recorded request as a check would have seen it. */
export interface TrafficItem {
  readonly at: Timestamp;
  readonly request: CheckRequest;
}

/** The requests of a recorded session that are kept one by one; the session itself where there are none. */
export function trafficOf(record: SessionRecord): readonly TrafficItem[] {
  const { peer_ip: address, user_agent: userAgent, threat_intelligence: known } = record;
  const request: CheckRequest = {
    address,
    ...(userAgent !== '' && { userAgent }),
    ...(known.country !== undefined && { country: known.country }),
    ...(known.asn !== undefined && { as: String(known.asn) }),
    ...(known.as_name !== undefined && { asName: known.as_name }),
  };
  const times = record.requests.length > 0 ? record.requests.map(({ time }) => time) : [record.start_time];
  return times.map(Date.parse).flatMap((at) => (Number.isNaN(at) ? [] : [{ at, request }]));
}
