import type { Timestamp } from '@aegis/model';

/** Times outside these years are a mistake: a unit misread, a clock never set. */
const EARLIEST: Timestamp = Date.UTC(1990, 0, 1);
const LATEST: Timestamp = Date.UTC(2100, 0, 1);

/** Milliseconds in one of each unit that epochs come in: seconds, milli-, micro- and nanoseconds. */
const UNITS = [1000, 1, 1e-3, 1e-6] as const;

/** Date, time, seconds, fraction, zone: what RFC 3339 and ISO 8601 have in common, and a blank for the T. */
const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?([Zz]|[+-]\d\d(?::?\d\d)?))?)?$/;

/**
 * A time as sensors write it: epoch seconds, milliseconds, microseconds or nanoseconds as number or numeric
 * string, or ISO 8601, without a zone meaning UTC. Between 1990 and 2100 the four units cannot be confused.
 * Undefined where it is none of these.
 */
export function parseTime(value: unknown): Timestamp | undefined {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const text = value.trim();
  return /^\d{1,19}(\.\d{1,9})?$/.test(text) ? fromEpoch(Number(text)) : fromIso(text);
}

function fromEpoch(value: number): Timestamp | undefined {
  for (const unit of UNITS) {
    const ms = Math.round(value * unit);
    if (ms >= EARLIEST && ms < LATEST) return ms;
  }
  return undefined;
}

function fromIso(text: string): Timestamp | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = match;
  const ms = utcTime(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second));
  if (ms === undefined) return undefined;
  const offset = zone === undefined ? 0 : zoneOffset(zone);
  const at = ms + Math.floor(Number(`0.${fraction || '0'}`) * 1000) - offset;
  return at >= EARLIEST && at < LATEST ? at : undefined;
}

/** Undefined where there is no such day or hour. A leap second (`:60`) is the first moment of the next minute. */
export function utcTime(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): Timestamp | undefined {
  if (hour > 23 || minute > 59 || second > 60 || month < 1 || month > 12 || day < 1) return undefined;
  if (day > 28 && day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** `Z`, `+02`, `+0200` or `+02:00` as milliseconds east of UTC. */
export function zoneOffset(zone: string): number {
  if (zone === 'Z' || zone === 'z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)) * (zone.length > 3 ? 1 : 0);
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000;
}
