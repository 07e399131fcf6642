export interface Rate {
  /** Operations a second in the median round. */
  readonly value: number;
  readonly best: number;
}

/** Times `pass`, which does `operations`, once to warm up and then `rounds` times. */
export function rate(operations: number, rounds: number, pass: () => number): Rate {
  keep(pass());
  const seconds = Array.from({ length: rounds }, () => {
    const start = performance.now();
    keep(pass());
    return (performance.now() - start) / 1000;
  }).sort((a, b) => a - b);
  const at = (index: number): number => operations / (seconds[index] as number);
  return { value: Math.round(at(rounds >> 1)), best: Math.round(at(0)) };
}

let kept = 0;

/** Uses a result, so that no compiler leaves the work out. */
function keep(value: number): void {
  kept = (kept + value) % 1_000_003;
}
