import { Address, Result } from '@aegis/model';
import type { Flow, FlowProtocol } from '../flow.ts';

/** Why a line is no flow: the field, what was found (bounded) and what would be right. */
export interface FlowFault {
  readonly kind: 'bad_flow';
  readonly message: string;
}

/** The fields of a flow as texts or numbers, by whatever reader; absent or empty ones are not known. */
export interface FlowFields {
  readonly at: unknown;
  /** `s` for numbers that count seconds, `ms` for milliseconds; text in ISO 8601 is told by itself. */
  readonly timeUnit: 's' | 'ms';
  readonly source: unknown;
  readonly destination: unknown;
  readonly port: unknown;
  readonly protocol: unknown;
  /** Seconds. */
  readonly duration?: unknown;
  readonly sent?: unknown;
  readonly received?: unknown;
  readonly sourceLocal?: boolean | undefined;
  readonly destinationLocal?: boolean | undefined;
  readonly name?: unknown;
}

/** What `Date` can hold, ECMA-262 section 21.4.1.1. */
const LATEST = 8.64e15;
const MOST_BYTES = 2 ** 53;
const LONGEST_NAME = 253;

export function flowOf(fields: FlowFields): Result<Flow, FlowFault> {
  const at = timeOf(fields.at, fields.timeUnit);
  if (at === undefined) return fault('time', fields.at, 'seconds since 1970 or ISO 8601');
  const source = addressOf(fields.source);
  if (source === undefined) return fault('source', fields.source, 'an IP address');
  const destination = addressOf(fields.destination);
  if (destination === undefined) return fault('destination', fields.destination, 'an IP address');
  const port = numberOf(fields.port, 0);
  if (port === undefined || port > 65_535 || !Number.isInteger(port))
    return fault('port', fields.port, '0 to 65535');
  const duration = numberOf(fields.duration, 0);
  if (duration === undefined) return fault('duration', fields.duration, 'seconds');
  const sentBytes = numberOf(fields.sent, 0);
  if (sentBytes === undefined) return fault('bytes sent', fields.sent, 'a number of bytes');
  const receivedBytes = numberOf(fields.received, 0);
  if (receivedBytes === undefined) return fault('bytes received', fields.received, 'a number of bytes');
  const name = nameOf(fields.name);
  return Result.ok({
    at,
    source,
    destination,
    port,
    protocol: protocolOf(fields.protocol),
    durationMs: duration * 1_000,
    sentBytes: Math.min(sentBytes, MOST_BYTES),
    receivedBytes: Math.min(receivedBytes, MOST_BYTES),
    ...(fields.sourceLocal !== undefined && { sourceLocal: fields.sourceLocal }),
    ...(fields.destinationLocal !== undefined && { destinationLocal: fields.destinationLocal }),
    ...(name !== undefined && { name }),
  });
}

export function fault(field: string, found: unknown, right: string): Result<never, FlowFault> {
  const text = typeof found === 'string' ? JSON.stringify(found.slice(0, 60)) : typeof found;
  const shown = typeof found === 'number' ? String(found) : text;
  return Result.err({ kind: 'bad_flow', message: `${field}: expected ${right}, found ${shown}` });
}

function timeOf(value: unknown, unit: 's' | 'ms'): number | undefined {
  const number = numberOf(value, undefined);
  if (number !== undefined) {
    const at = unit === 's' ? number * 1_000 : number;
    return at <= LATEST ? at : undefined;
  }
  if (typeof value !== 'string' || value.length > 40 || !/^\d{4}-\d\d-\d\d[T ]/.test(value)) return undefined;
  // What says no zone is UTC, not wherever this runs.
  const iso = value.replace(' ', 'T');
  const at = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`);
  return Number.isNaN(at) || at < 0 ? undefined : at;
}

/** Not negative and finite; `absent` where there is nothing; undefined where it is something else. */
function numberOf(value: unknown, absent: number | undefined): number | undefined {
  if (value === undefined || value === null || value === '') return absent;
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  if (typeof value === 'string' && !/^\s*\d+(?:\.\d*)?(?:e[+-]?\d+)?\s*$/i.test(value)) return undefined;
  const number = Number(value);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

function addressOf(value: unknown): Address | undefined {
  if (typeof value !== 'string') return undefined;
  const parsed = Address.parse(value);
  return parsed.ok ? parsed.value : undefined;
}

const PROTOCOLS: ReadonlyMap<string, FlowProtocol> = new Map([
  ['tcp', 'tcp'],
  ['6', 'tcp'],
  ['udp', 'udp'],
  ['17', 'udp'],
  ['icmp', 'icmp'],
  ['1', 'icmp'],
  ['58', 'icmp'],
]);

/** By name or IANA number. */
function protocolOf(value: unknown): FlowProtocol {
  if (typeof value !== 'string' && typeof value !== 'number') return 'other';
  return PROTOCOLS.get(String(value).toLowerCase()) ?? 'other';
}

function nameOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return value.slice(0, LONGEST_NAME).toLowerCase().replace(/\.$/, '');
}
