import type { Random, Timestamp } from '@aegis/model';

/** How a bot calls home. */
export interface BeaconShape {
  readonly periodMs: number;
  /** Each gap is uniform in period · (1 ± jitter), 0-0.95. */
  readonly jitter: number;
  /** Share of the calls that are not seen. */
  readonly loss?: number;
  /** Flows a call, a second or so apart; default 1. */
  readonly burst?: number;
}

/** The times of its calls in [from, to), ascending. */
export function beaconTimes(
  { periodMs, jitter, loss = 0, burst = 1 }: BeaconShape,
  from: Timestamp,
  to: Timestamp,
  random: Random,
): readonly Timestamp[] {
  const times: Timestamp[] = [];
  const gap = (): number => periodMs * (1 + jitter * (2 * random.next() - 1));
  for (let at = from + random.next() * gap(); at < to; at += gap()) {
    if (random.next() < loss) continue;
    for (let n = 0, time = at; n < burst && time < to; n++, time += 100 + 900 * random.next())
      times.push(time);
  }
  return times;
}
