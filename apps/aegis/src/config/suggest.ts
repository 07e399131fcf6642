/** Nobody mistypes a longer name than this; longer ones are not compared, which bounds the work. */
const LONGEST = 64;

/** The candidate that was most likely meant: near enough in edits, the nearest, the first of equals. */
export function suggest(typed: string, candidates: readonly string[]): string | undefined {
  if (typed.length > LONGEST) return undefined;
  const word = plain(typed);
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word, plain(candidate), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

// `maxBacklog`, `max-backlog` and `MAX_BACKLOG` all mean `max_backlog`.
function plain(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, '');
}

/**
 * Edits (insert, delete, change, swap neighbours) from one word to the other; `limit` stands for "that many or
 * more". Optimal string alignment, the restricted form of Damerau (1964).
 */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(change, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? limit;
}
