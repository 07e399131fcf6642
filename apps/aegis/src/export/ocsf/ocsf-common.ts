import type { SessionRecord, ThreatLevel } from '@aegis/model';
import { VERSION } from '../../node/version.ts';

/** The release of the Open Cybersecurity Schema Framework that events are written in. */
const OCSF_VERSION = '1.5.0';

interface Severity {
  readonly id: number;
  readonly name: string;
}

const SEVERITY: Readonly<Record<ThreatLevel, Severity>> = Object.freeze({
  INFO: { id: 1, name: 'Informational' },
  LOW: { id: 2, name: 'Low' },
  MEDIUM: { id: 3, name: 'Medium' },
  HIGH: { id: 4, name: 'High' },
  CRITICAL: { id: 5, name: 'Critical' },
});

/** Attributes of every class; the type is the class and the activity (OCSF base event). */
export function baseEvent(session: SessionRecord, classUid: number, activityId: number): object {
  const severity = SEVERITY[session.threat_level];
  const start = Date.parse(session.start_time);
  const end = Math.max(start, Date.parse(session.end_time));
  return {
    category_uid: Math.floor(classUid / 1_000),
    class_uid: classUid,
    activity_id: activityId,
    type_uid: classUid * 100 + activityId,
    severity_id: severity.id,
    severity: severity.name,
    time: start,
    start_time: start,
    end_time: end,
    duration: end - start,
    count: Math.max(1, session.request_count),
    metadata: {
      version: OCSF_VERSION,
      uid: `${session.sess_uuid.toWellFormed()}:${classUid}`,
      correlation_uid: session.sess_uuid.toWellFormed(),
      product: { name: 'Aegis', vendor_name: 'Aegis', version: VERSION },
    },
  };
}

export function sourceEndpoint(session: SessionRecord): object {
  const { country, asn, as_name: name } = session.threat_intelligence;
  return {
    ip: session.peer_ip,
    ...(session.peer_port === undefined ? {} : { port: session.peer_port }),
    ...(country === undefined ? {} : { location: { country } }),
    ...(asn === undefined
      ? {}
      : { autonomous_system: { number: asn, ...(name === undefined ? {} : { name }) } }),
  };
}

export function sensorEndpoint({ sensor, snare_uuid: uid }: SessionRecord): object {
  return { name: sensor, ...(uid === undefined ? {} : { uid: uid.toWellFormed() }) };
}
