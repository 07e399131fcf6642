import type { AttackType, Session, Timestamp } from '@aegis/model';
import { Address, Result } from '@aegis/model';
import { cleanLine } from './clean-text.ts';
import { isJsonObject } from './json-object.ts';
import { readLabels } from './labels.ts';
import { LIMITS } from './limits.ts';
import { ObservationSample } from './observation-sample.ts';
import { oddness } from './oddness.ts';
import { parseTime } from './parse-time.ts';
import { readCount, readCountry, readOwners, readPort, readProtocol, readText } from './read-fields.ts';
import { readObservations } from './read-observations.ts';

export interface NormalizeError {
  readonly kind: 'not_an_object' | 'missing_field' | 'bad_value' | 'bad_address' | 'bad_time' | 'too_long';
  /** The field of the session input; empty where it is the whole. */
  readonly field: string;
  /** What was found and what would be right. */
  readonly message: string;
}

export interface NormalizeOptions {
  /** When the input came in. A session that starts more than a day later is refused. */
  readonly receivedAt: Timestamp;
}

const DAY_MS = 86_400_000;

/**
 * One session out of what a sensor sent: checked, cleaned, bounded, in one vocabulary. Input is what JSON.parse
 * gives, a SessionInput where it is right. Needs `sess_uuid`, `peer_ip` and one usable time, `start_time` or an
 * observation's; any other field that makes no sense is left out or derived. Never throws.
 */
export function normalize(input: unknown, options: NormalizeOptions): Result<Session, NormalizeError> {
  if (!isJsonObject(input)) return refuse('not_an_object', '', `${shown(input)} is not a JSON object`);
  const id = readId(input.sess_uuid);
  if (!id.ok) return id;
  const client = readClient(input.peer_ip);
  if (!client.ok) return client;

  const labels = readLabels(input.attack_types ?? input.attack_count);
  const { all, startedAt } = readObservations(input, labels.byPath);
  if (startedAt === undefined) return refuseTime(input.start_time);
  if (startedAt > options.receivedAt + DAY_MS) {
    const message = `${new Date(startedAt).toISOString()} is more than a day after it was received; is the sensor's clock right?`;
    return refuse('bad_time', 'start_time', message);
  }

  const sample = new ObservationSample<(typeof all)[number]>({
    first: LIMITS.firstObservations,
    odd: LIMITS.oddObservations,
  });
  const types = new Set<AttackType>(labels.all);
  for (const observation of all) {
    sample.add(observation, oddness(observation));
    if (observation.kind === 'http' && observation.label !== undefined) types.add(observation.label);
  }
  const observations = sample.items();
  const lastAt = all.at(-1)?.at ?? startedAt;
  const clientPort = readPort(input.peer_port);
  const sensorId = readText(input.snare_uuid, LIMITS.sensorId);
  const possibleOwners = readOwners(input.possible_owners);
  const country = readCountry(input.location);
  const hiddenLinks = readCount(input.hidden_links);
  return Result.ok({
    id: id.value,
    client: client.value,
    ...(clientPort !== undefined && { clientPort }),
    userAgent: readText(input.user_agent, LIMITS.userAgent) ?? firstUserAgent(observations),
    protocol: readProtocol(input.protocol, all),
    sensor: readText(input.sensor, LIMITS.sensor) ?? 'tanner',
    ...(sensorId !== undefined && { sensorId }),
    startedAt,
    endedAt: Math.max(parseTime(input.end_time) ?? lastAt, lastAt),
    observations,
    observationCount: Math.max(readCount(input.request_count) ?? 0, countOf(all)),
    labels: [...types],
    ...(possibleOwners !== undefined && { possibleOwners }),
    ...(country !== undefined && { country }),
    ...(hiddenLinks !== undefined && { hiddenLinks }),
  });
}

/** A login over HTTP stands beside the request that carried it: the two are one. */
function countOf(observations: Session['observations']): number {
  const overHttp = observations.some(({ kind }) => kind === 'http');
  return overHttp ? observations.filter(({ kind }) => kind !== 'login').length : observations.length;
}

function readId(value: unknown): Result<string, NormalizeError> {
  if (value === undefined || value === null)
    return refuse('missing_field', 'sess_uuid', 'sess_uuid is missing');
  if (typeof value !== 'string') {
    return refuse('bad_value', 'sess_uuid', `${shown(value)} is not a session id; expected text`);
  }
  if (value.length > LIMITS.id) {
    const message = `a session id of ${value.length} characters; at most ${LIMITS.id} are allowed`;
    return refuse('too_long', 'sess_uuid', message);
  }
  const id = cleanLine(value, LIMITS.id);
  return id === '' ? refuse('missing_field', 'sess_uuid', 'sess_uuid is empty') : Result.ok(id);
}

function readClient(value: unknown): Result<Address, NormalizeError> {
  if (value === undefined || value === null || value === '') {
    return refuse('missing_field', 'peer_ip', 'peer_ip is missing');
  }
  if (typeof value !== 'string') {
    return refuse('bad_address', 'peer_ip', `${shown(value)} is not an IP address; expected text`);
  }
  const address = Address.parseLenient(value.replaceAll('\0', ''));
  return address.ok ? address : refuse('bad_address', 'peer_ip', address.error.message);
}

function refuseTime(start: unknown): Result<never, NormalizeError> {
  if (start === undefined || start === null) {
    const message = 'start_time is missing, and no request or other event has a usable time';
    return refuse('missing_field', 'start_time', message);
  }
  const message = `${shown(start)} is not a time; expected epoch seconds or milliseconds, or ISO 8601, in 1990-2099`;
  return refuse('bad_time', 'start_time', message);
}

function firstUserAgent(observations: Session['observations']): string {
  for (const observation of observations) {
    if (observation.kind !== 'http') continue;
    const text = readText(observation.headers['user-agent'], LIMITS.userAgent);
    if (text !== undefined) return text;
  }
  return '';
}

function refuse(kind: NormalizeError['kind'], field: string, message: string): Result<never, NormalizeError> {
  return Result.err({ kind, field, message });
}

/** A bounded picture of a value for a message. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : String(value);
  return text.length > 64 && typeof value === 'string' && value.length > 60 ? `${text}…` : text;
}
