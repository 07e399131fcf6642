import type { Timestamp } from '@aegis/model';

/**
 * A value with the report that told it, as one text whose order is that of time, then of the report's id: `$min`
 * keeps what the earliest report told, `$max` what the latest did, in whatever order they come.
 */
export function registerText(at: Timestamp, report: string, values: readonly string[]): string {
  const time = String(at + BEFORE_ANY_TIME).padStart(TIME_DIGITS, '0');
  return [time, report, ...values.map((value) => encodeURIComponent(value.toWellFormed()))].join(SEPARATOR);
}

/** The values; the report's id may hold anything and is not one of them. */
export function registerValues(text: string, count: number): readonly string[] {
  return text.split(SEPARATOR).slice(-count).map(decodeURIComponent);
}

/** Below every character of an id, so that an id comes before those that start with it. */
const SEPARATOR = '\u0000';
/** Makes times before 1970, which a clock gone wrong may tell, positive. */
const BEFORE_ANY_TIME = 10_000_000_000_000_000;
const TIME_DIGITS = 17;
