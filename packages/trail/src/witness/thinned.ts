/** Checkpoints kept of one trail. More locate a change more closely, and cost some 400 bytes each. */
export const MOST_CHECKPOINTS = 32;

/**
 * Which of these sizes, in order, to keep: all, or all but the one that leaves the smallest hole for how long ago it
 * is. The first and the last stay, and those between lie the closer the later they are.
 */
export function thinned(sizes: readonly number[]): readonly number[] {
  const all = sizes.map((_, nth) => nth);
  if (sizes.length <= MOST_CHECKPOINTS) return all;
  const end = (sizes.at(-1) as number) + 1;
  let least = Number.POSITIVE_INFINITY;
  let out = 1;
  for (let nth = 1; nth < sizes.length - 1; nth++) {
    const [before, after] = [sizes[nth - 1] as number, sizes[nth + 1] as number];
    const hole = (after - before) / (end - before);
    if (hole < least) [least, out] = [hole, nth];
  }
  return all.filter((nth) => nth !== out);
}
