/**
 * How often one stage followed another, by the earlier and the later one (ATT&CK tactics: `TA0043`). Kept as counts
 * and not as probabilities, so that nodes merge what they learned by adding.
 */
export type StageCounts = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Stages known at most; ATT&CK has 14 tactics, and whoever writes sequences may make up more. */
const MOST_STAGES = 64;

export function countStages(
  steps: Iterable<readonly [from: string, to: string, count: number]>,
): StageCounts {
  const counts = new Map<string, Map<string, number>>();
  const known = new Set<string>();
  for (const [from, to, count] of steps) {
    const news = [from, to].filter((stage) => !known.has(stage));
    if (known.size + new Set(news).size > MOST_STAGES || !(count > 0)) continue;
    for (const stage of news) known.add(stage);
    const row = counts.get(from) ?? new Map<string, number>();
    counts.set(from, row.set(to, (row.get(to) ?? 0) + count));
  }
  return counts;
}

/** Associative and commutative, as long as there are no more stages than are kept. */
export function mergeStageCounts(...all: readonly StageCounts[]): StageCounts {
  return countStages(all.flatMap(stepsOf).sort(byName));
}

export function stepsOf(counts: StageCounts): readonly (readonly [string, string, number])[] {
  return [...counts].flatMap(([from, row]) => [...row].map(([to, count]) => [from, to, count] as const));
}

function byName(a: readonly [string, string, number], b: readonly [string, string, number]): number {
  const [left, right] = [`${a[0]}\n${a[1]}`, `${b[0]}\n${b[1]}`];
  return left < right ? -1 : left > right ? 1 : 0;
}
