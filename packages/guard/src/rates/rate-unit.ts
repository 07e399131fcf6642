/** A span of time that requests are counted in; the order is that of `RateLimit.Unit` in Envoy's API, from 1. */
export type RateUnit = 'second' | 'minute' | 'hour' | 'day' | 'month' | 'year';

export const RATE_UNITS: readonly RateUnit[] = ['second', 'minute', 'hour', 'day', 'month', 'year'];

const DAY_MS = 86_400_000;

/** A month is 30 days, a year 365. */
export const UNIT_MS: Readonly<Record<RateUnit, number>> = Object.freeze({
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: DAY_MS,
  month: 30 * DAY_MS,
  year: 365 * DAY_MS,
});
