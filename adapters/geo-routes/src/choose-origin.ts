import type { PathEnd } from './as-path.ts';

/**
 * The origin of the shortest path. Of several as short the one that most of them name, of these the lowest number:
 * the answer does not depend on the order of the peers.
 */
export function chooseOrigin(paths: readonly PathEnd[]): number | undefined {
  let shortest = Number.POSITIVE_INFINITY;
  for (const { length } of paths) if (length < shortest) shortest = length;
  const votes = new Map<number, number>();
  let best: number | undefined;
  let most = 0;
  for (const { length, origin } of paths) {
    if (length !== shortest) continue;
    const count = (votes.get(origin) ?? 0) + 1;
    votes.set(origin, count);
    if (count > most || (count === most && best !== undefined && origin < best)) {
      best = origin;
      most = count;
    }
  }
  return best;
}
