/** Area under the ROC curve: the probability that a positive scores above a negative, ties half (Mann and Whitney). */
export function areaUnderCurve(positives: readonly number[], negatives: readonly number[]): number {
  const sorted = [...negatives].sort((a, b) => a - b);
  const below = (value: number, orEqual: boolean): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = sorted[middle] as number;
      if (at < value || (orEqual && at === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const wins = positives.reduce((sum, value) => sum + (below(value, false) + below(value, true)) / 2, 0);
  return wins / (positives.length * negatives.length);
}

/** Share of the positives above what only this share of the negatives is above. */
export function recallAt(
  falsePositives: number,
  positives: readonly number[],
  negatives: readonly number[],
): number {
  const sorted = [...negatives].sort((a, b) => b - a);
  const threshold = sorted[Math.floor(falsePositives * sorted.length)] as number;
  return positives.filter((value) => value > threshold).length / positives.length;
}
