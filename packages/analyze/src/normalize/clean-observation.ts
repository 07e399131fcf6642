import type {
  AttackType,
  CommandObservation,
  DownloadObservation,
  HttpObservation,
  LoginObservation,
  Observation,
  Timestamp,
} from '@aegis/model';
import { attackTypeOf } from './attack-types.ts';
import { cleanLine, cleanTarget, keepEvidence } from './clean-text.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';
import { LIMITS } from './limits.ts';

/** Each takes fields of unknown type, as sensors send them, and gives an observation within {@link LIMITS}. */

/** `path` is the request target; without `method` a request counts as a GET. */
export function cleanHttp(path: string, at: Timestamp, fields: JsonObject): HttpObservation {
  const { method, body, response_status: status, attack_type: type } = fields;
  const label: AttackType | undefined = typeof type === 'string' ? attackTypeOf(type) : undefined;
  const code = typeof status === 'string' && /^\d{3}$/.test(status) ? Number(status) : status;
  const isStatus = typeof code === 'number' && Number.isInteger(code) && code >= 100 && code <= 999;
  return {
    kind: 'http',
    at,
    method: (typeof method === 'string' && cleanLine(method, LIMITS.method)) || 'GET',
    target: cleanTarget(path, LIMITS.target),
    headers: cleanRecord(fields.headers, {
      entries: LIMITS.headers,
      name: (name) => cleanLine(name.toLowerCase(), LIMITS.headerName),
      valueLength: LIMITS.headerValue,
    }),
    cookies: cleanRecord(fields.cookies, {
      entries: LIMITS.cookies,
      name: (name) => keepEvidence(name, LIMITS.cookieName),
      valueLength: LIMITS.cookieValue,
    }),
    ...(typeof body === 'string' && body.length > 0 && { body: keepEvidence(body, LIMITS.body) }),
    ...(isStatus && { status: code }),
    ...(label !== undefined && { label }),
  };
}

export function cleanLogin(at: Timestamp, fields: JsonObject): LoginObservation | undefined {
  const { username, password, success } = fields;
  if (typeof username !== 'string') return undefined;
  return {
    kind: 'login',
    at,
    username: keepEvidence(username, LIMITS.username),
    ...(typeof password === 'string' && { password: keepEvidence(password, LIMITS.password) }),
    success: success === true,
  };
}

export function cleanCommand(at: Timestamp, fields: JsonObject): CommandObservation | undefined {
  const { input } = fields;
  if (typeof input !== 'string') return undefined;
  return { kind: 'command', at, input: keepEvidence(input, LIMITS.command) };
}

export function cleanDownload(at: Timestamp, fields: JsonObject): DownloadObservation | undefined {
  const { url, sha256 } = fields;
  if (typeof url !== 'string') return undefined;
  const isHash = typeof sha256 === 'string' && /^[0-9a-f]{64}$/i.test(sha256);
  return {
    kind: 'download',
    at,
    url: keepEvidence(url, LIMITS.url),
    ...(isHash && { sha256: sha256.toLowerCase() }),
  };
}

/** An observation some program of ours made, held to the same limits as what sensors send. */
export function cleanObservation(observation: Observation): Observation {
  const { at } = observation;
  switch (observation.kind) {
    case 'http': {
      const { target, status, label, ...fields } = observation;
      return cleanHttp(target, at, { ...fields, response_status: status, attack_type: label });
    }
    case 'login':
      return cleanLogin(at, { ...observation }) ?? observation;
    case 'command':
      return cleanCommand(at, { ...observation }) ?? observation;
    case 'download':
      return cleanDownload(at, { ...observation }) ?? observation;
  }
}

interface RecordRules {
  readonly entries: number;
  readonly name: (name: string) => string;
  readonly valueLength: number;
}

/**
 * Text by name. A list of values (Caddy, Go) is joined with `, `; numbers and booleans become text; the first
 * of two names that come out the same is kept. `__proto__` is a name like any other and an own property.
 */
function cleanRecord(value: unknown, rules: RecordRules): Readonly<Record<string, string>> {
  const record: Record<string, string> = {};
  if (!isJsonObject(value)) return record;
  let entries = 0;
  for (const raw in value) {
    const text = textOf(value[raw]);
    const name = rules.name(raw);
    if (text === undefined || name.length === 0 || Object.hasOwn(record, name)) continue;
    const kept = keepEvidence(text, rules.valueLength);
    if (name === '__proto__') Object.defineProperty(record, name, { ...PLAIN, value: kept });
    else record[name] = kept;
    if (++entries === rules.entries) break;
  }
  return record;
}

const PLAIN = { configurable: true, enumerable: true, writable: true } as const;

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.filter((part) => typeof part === 'string').join(', ');
  return undefined;
}
