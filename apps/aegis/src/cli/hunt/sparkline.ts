const BARS = '▁▂▃▄▅▆▇█';

/**
 * The latest of these numbers as bars, the largest the highest: a heartbeat is level, chance is not. Beyond three
 * times their median all are as high.
 */
export function sparkline(values: readonly number[], cells: number): string {
  const shown = values.slice(-cells);
  const median = [...shown].sort((a, b) => a - b)[shown.length >> 1] ?? 0;
  const most = Math.min(Math.max(...shown, 0), 3 * median) || 1;
  return shown
    .map((value) => BARS[Math.min(BARS.length - 1, Math.floor((value / most) * BARS.length))])
    .join('');
}
