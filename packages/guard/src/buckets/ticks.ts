/**
 * Time in a bucket is a 32-bit count of ticks of 1/256 ms that wraps every 4.66 hours. Half a wrap is 2.33 hours:
 * a table that is swept at least that often never takes an old time for one to come.
 */
export const TICKS_PER_MS = 256;

/** The longest a bucket may take from empty to full, or a call may have to wait, ms. */
export const LONGEST_WAIT_MS: number = 30 * 60_000;

/** Further ahead than any honest bucket can be: what seems to be has been forgotten for hours. */
export const FURTHEST_AHEAD: number = 2 ** 29;

/** A table that has not been swept for so long sweeps itself, ms: half a wrap. */
export const SWEEP_AT_LEAST_MS: number = 2 ** 31 / TICKS_PER_MS;

/**
 * Where a table was neither swept nor drawn on for so long, all of its buckets are full: the last call was at most
 * {@link SWEEP_AT_LEAST_MS} after the last sweep, and what it drew is back after half an hour. ms.
 */
export const ALL_FULL_MS: number = SWEEP_AT_LEAST_MS * 1.5;

/** The time as buckets have it, wrapped. */
export function ticksAt(ms: number): number {
  // ToInt32 is the wrap (ECMA-262, 7.1.6): exact as long as ms is below 2^45.
  return (ms * TICKS_PER_MS) | 0;
}

/** Whole milliseconds that cover so many ticks. */
export function ticksToMs(ticks: number): number {
  return Math.ceil(ticks / TICKS_PER_MS);
}
