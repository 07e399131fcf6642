import { type RecordedRequest, type SessionRecord, techniqueName } from '@aegis/model';
import { observableId, stixId } from './stix-id.ts';

export interface StixObject {
  readonly type: string;
  readonly id: string;
  readonly [property: string]: unknown;
}

/** What all objects of a bundle agree on. When they were made does not depend on when they are exported. */
const COMMON = { spec_version: '2.1' } as const;
const MADE_AT = '2026-01-01T00:00:00.000Z';
const DAY_MS = 86_400_000;
/** An address changes hands: what it did is no reason to refuse it for longer than this. */
const INDICATOR_MS = 30 * DAY_MS;
const MAX_OBSERVED = 999_999_999;

/** Who says all this. */
export const IDENTITY: StixObject = Object.freeze({
  ...COMMON,
  type: 'identity',
  id: stixId('identity', 'aegis'),
  created: MADE_AT,
  modified: MADE_AT,
  name: 'Aegis',
  identity_class: 'system',
});

/**
 * A session as STIX 2.1: what was observed in any case; of the levels HIGH and CRITICAL also an indicator with
 * what it indicates, and its sighting. `isKnown` says which indicators the bundle has already.
 */
export function* sessionObjects(session: SessionRecord): Generator<StixObject> {
  const address = addressObject(session);
  const traffic = trafficObject(session, address);
  const observed = madeBy(session, {
    type: 'observed-data',
    id: stixId('observed-data', session.sess_uuid),
    first_observed: isoTime(session.start_time),
    last_observed: later(session.start_time, session.end_time),
    number_observed: Math.min(Math.max(1, session.request_count), MAX_OBSERVED),
    object_refs: [address.id, traffic.id],
    external_references: [{ source_name: 'aegis', external_id: wellFormed(session.sess_uuid) }],
  });
  yield address;
  yield traffic;
  yield observed;
  if (session.threat_level !== 'HIGH' && session.threat_level !== 'CRITICAL') return;
  const indicator = indicatorObject(session, address);
  yield indicator;
  yield madeBy(session, {
    type: 'sighting',
    id: stixId('sighting', session.sess_uuid),
    first_seen: isoTime(session.start_time),
    last_seen: later(session.start_time, session.end_time),
    count: Math.min(Math.max(1, session.request_count), MAX_OBSERVED),
    sighting_of_ref: indicator.id,
    observed_data_refs: [observed.id],
    where_sighted_refs: [IDENTITY.id],
  });
  for (const technique of new Set(session.attack_patterns.mitre_attack)) {
    const pattern = attackPattern(technique);
    yield pattern;
    yield madeBy(session, {
      type: 'relationship',
      id: stixId('relationship', indicator.id, pattern.id),
      relationship_type: 'indicates',
      source_ref: indicator.id,
      target_ref: pattern.id,
    });
  }
}

function addressObject({ peer_ip: value }: SessionRecord): StixObject {
  const type = value.includes(':') ? 'ipv6-addr' : 'ipv4-addr';
  return { ...COMMON, type, id: observableId(type, { value }), value };
}

function trafficObject(session: SessionRecord, address: StixObject): StixObject {
  const { peer_port: port, protocol } = session;
  const network = address.type === 'ipv6-addr' ? 'ipv6' : 'ipv4';
  const request = protocol === 'http' ? shownRequest(session) : undefined;
  const contributing = {
    start: shortTime(isoTime(session.start_time)),
    end: shortTime(later(session.start_time, session.end_time)),
    src_ref: address.id,
    ...(port === undefined ? {} : { src_port: port }),
    protocols: [network, 'tcp', ...(protocol === 'other' ? [] : [protocol])],
    ...(request === undefined ? {} : { extensions: { 'http-request-ext': httpRequest(request, session) } }),
  };
  const id = observableId('network-traffic', contributing);
  return { ...COMMON, type: 'network-traffic', id, is_active: false, ...contributing };
}

/** The first with evidence, or else the first. */
function shownRequest({ requests }: SessionRecord): RecordedRequest | undefined {
  return requests.find(({ attack_type: type }) => type !== undefined) ?? requests[0];
}

function httpRequest({ method, path }: RecordedRequest, { user_agent: agent }: SessionRecord): object {
  return {
    request_method: wellFormed(method) || 'GET',
    request_value: wellFormed(path) || '/',
    ...(agent === '' ? {} : { request_header: { 'User-Agent': [wellFormed(agent)] } }),
  };
}

/** Named after the session that proves it: another one later is another reason, with its own time. */
function indicatorObject(session: SessionRecord, address: StixObject): StixObject {
  const { attack_types: types, risk_score: score, threat_level: level } = session;
  const from = isoTime(session.start_time);
  return madeBy(session, {
    type: 'indicator',
    id: stixId('indicator', session.sess_uuid),
    name: `${session.peer_ip} attacked`,
    description: `Risk ${score} of 100 (${level}): ${types.join(', ') || 'behaviour'}.`,
    indicator_types: ['malicious-activity'],
    pattern: `[${address.type}:value = '${session.peer_ip}']`,
    pattern_type: 'stix',
    pattern_version: '2.1',
    valid_from: from,
    valid_until: new Date(Date.parse(later(from, session.end_time)) + INDICATOR_MS).toISOString(),
    confidence: Math.round(session.confidence_score),
    ...(types.length === 0 ? {} : { labels: types }),
  });
}

function attackPattern(technique: string): StixObject {
  return {
    ...COMMON,
    type: 'attack-pattern',
    id: stixId('attack-pattern', technique),
    created_by_ref: IDENTITY.id,
    created: MADE_AT,
    modified: MADE_AT,
    name: techniqueName(technique) ?? technique,
    external_references: [
      {
        source_name: 'mitre-attack',
        external_id: technique,
        url: `https://attack.mitre.org/techniques/${technique.replace('.', '/')}`,
      },
    ],
  };
}

function madeBy(session: SessionRecord, object: StixObject): StixObject {
  const at = isoTime(session.processed_at);
  const { type, id, ...rest } = object;
  return { ...COMMON, type, id, created_by_ref: IDENTITY.id, created: at, modified: at, ...rest };
}

function isoTime(time: string): string {
  return new Date(time).toISOString();
}

/** Without a fraction where it is none: these times are part of an id, and others write them so. */
function shortTime(time: string): string {
  return time.replace('.000Z', 'Z');
}

/** The end, which sensors sometimes put before the start. */
function later(start: string, end: string): string {
  return isoTime(Date.parse(end) > Date.parse(start) ? end : start);
}

/** Text of attackers as I-JSON has it: no lone surrogates (RFC 7493). */
function wellFormed(text: string): string {
  return text.toWellFormed();
}
