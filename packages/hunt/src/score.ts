import type { Beacon } from './signals/beacon.ts';
import type { Pair } from './table/pair-table.ts';

/**
 * Log-odds before anything is known. Set by hand together with the signals' weights, on synthetic traffic and two
 * labelled captures: a heartbeat alone stays below 80, with one more sign it is above.
 */
const PRIOR = -5;

/** 0-100 from the sum of the signals' log-odds. */
export function scoreOf(weight: number): number {
  return Math.round(100 / (1 + Math.exp(-(PRIOR + weight))));
}

const FEW_CLIENTS = 10;
const ENOUGH_GAPS = 12;

/**
 * 0-100: how much the score rests on. Gaps of the best pair (half of it at about 8, nearly all at 36), more than one
 * bot, and a network large enough to tell what is rare in it.
 */
export function confidenceOf(pair: Pair, beacon: Beacon | undefined, bots: number, clients: number): number {
  const seen = 1 - Math.exp(-(beacon?.gaps ?? 0) / ENOUGH_GAPS);
  // A connection that lasts is one observation, however long.
  const lasting = Math.min(0.5, pair.longestMs / 7_200_000);
  const joined = Math.min(1, Math.max(seen, lasting) * (1 + 0.1 * Math.log2(Math.max(1, bots))));
  const placed = 0.5 + 0.5 * Math.min(1, clients / FEW_CLIENTS);
  return Math.round(100 * joined * placed);
}
