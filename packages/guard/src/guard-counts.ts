import type { AddressBan } from '@aegis/ports';
import type { Buckets } from './buckets/buckets.ts';
import type { ClientBook } from './clients/client-book.ts';
import { type ClientTable, TRUST } from './clients/client-table.ts';
import { DIMENSIONS, type Dimension } from './limits/dimension.ts';
import { CLIENT_STATES, type ClientState } from './states/client-state.ts';
import { TRUST_BANDS } from './trust/trust-bands.ts';

/** Upper bounds of the fan-out cost histogram, tokens; the last class is everything above. */
export const FAN_OUT_BOUNDS: readonly number[] = [1, 2, 5, 10, 20, 40, 60, 120];

/** What a guard has seen and holds. */
export interface GuardCounts {
  readonly calls: number;
  readonly refused: number;
  readonly dropped: number;
  readonly delayed: number;
  /** Refusals by each kind of bucket. */
  readonly triggers: Readonly<Record<Dimension, number>>;
  /** What buckets with `enforce: false` would have refused. */
  readonly notEnforced: number;
  /** Calls that passed with less than a fifth of the user's bucket left. */
  readonly nearLimit: number;
  readonly clients: number;
  readonly states: Readonly<Record<ClientState, number>>;
  /** Clients by trust band; the key is the highest score in it. */
  readonly trust: Readonly<Record<string, number>>;
  /** Messages by cost class; as many as {@link FAN_OUT_BOUNDS} and one. */
  readonly fanOutCosts: readonly number[];
  readonly fanOutCostSum: number;
  readonly bans: { readonly temporary: number; readonly long: number };
  readonly bansEver: { readonly temporary: number; readonly long: number };
  readonly evictedBuckets: number;
  readonly bytes: number;
}

/** The numbers that go up, in arrays: counting allocates nothing. */
export class Tally {
  calls = 0;
  refused = 0;
  dropped = 0;
  delayed = 0;
  notEnforced = 0;
  nearLimit = 0;
  temporaryBans = 0;
  longBans = 0;
  fanOutCostSum = 0;
  readonly triggers: Float64Array = new Float64Array(DIMENSIONS.length);
  readonly fanOutCosts: Float64Array = new Float64Array(FAN_OUT_BOUNDS.length + 1);

  message(cost: number): void {
    let at = 0;
    while (at < FAN_OUT_BOUNDS.length && cost > (FAN_OUT_BOUNDS[at] as number)) at++;
    this.fanOutCosts[at] = (this.fanOutCosts[at] as number) + 1;
    this.fanOutCostSum += cost;
  }

  trigger(dimension: number): void {
    this.triggers[dimension] = (this.triggers[dimension] as number) + 1;
  }
}

/** Everything that is counted, in one plain value. */
export function countsOf(
  tally: Tally,
  { table, inState }: ClientBook,
  bans: readonly AddressBan[],
  buckets: Buckets,
): GuardCounts {
  const { calls, refused, dropped, delayed, notEnforced, nearLimit, fanOutCostSum } = tally;
  const temporary = bans.filter(({ kind }) => kind === 'temporary').length;
  return {
    ...{ calls, refused, dropped, delayed, notEnforced, nearLimit, fanOutCostSum },
    triggers: byDimension(tally.triggers),
    clients: table.size,
    states: byState(inState),
    trust: byBand(scoresIn(table)),
    fanOutCosts: [...tally.fanOutCosts],
    bans: { temporary, long: bans.length - temporary },
    bansEver: { temporary: tally.temporaryBans, long: tally.longBans },
    evictedBuckets: buckets.evictions(),
    bytes: buckets.byteLength,
  };
}

function* scoresIn(table: ClientTable): Iterable<number> {
  for (let row = 0; row < table.rows; row++) if (table.isUsed(row)) yield table.get(row, TRUST);
}

function byDimension(counts: Float64Array): Record<Dimension, number> {
  return Object.fromEntries(DIMENSIONS.map((name, at) => [name, counts[at]])) as Record<Dimension, number>;
}

function byState(counts: Int32Array): Record<ClientState, number> {
  return Object.fromEntries(CLIENT_STATES.map((name, at) => [name, counts[at]])) as Record<
    ClientState,
    number
  >;
}

/** How many of `rows` scores are in each band. */
function byBand(scores: Iterable<number>): Record<string, number> {
  const counts: Record<string, number> = Object.fromEntries(TRUST_BANDS.map(({ upTo }) => [String(upTo), 0]));
  for (const score of scores) {
    const band = String(TRUST_BANDS.find(({ upTo }) => score <= upTo)?.upTo);
    counts[band] = (counts[band] as number) + 1;
  }
  return counts;
}
