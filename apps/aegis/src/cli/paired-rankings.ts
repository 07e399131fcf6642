import { displayWidth, truncate } from './frame/display-width.ts';
import { formatCount } from './frame/format.ts';
import { printable } from './frame/printable.ts';
import type { Style } from './frame/style.ts';

export type Ranking = readonly [title: string, counts: Readonly<Record<string, number>>];

const COUNT_CELLS = 8;
const GAP = 2;

/** Two rankings side by side, the highest count first, at most `shown` of each. */
export function pairedRankings(
  left: Ranking,
  right: Ranking,
  {
    width,
    shown,
    style: { strong },
  }: { readonly width: number; readonly shown: number; readonly style: Style },
): readonly string[] {
  const half = Math.floor((width - GAP) / 2);
  const columns = [ranking(left, half, shown), ranking(right, half, shown)] as const;
  const rows = Math.max(columns[0].length, columns[1].length);
  return Array.from({ length: rows }, (_, row) => {
    const [cell = '', other = ''] = [columns[0][row], columns[1][row]];
    const gap = ' '.repeat(Math.max(0, half + GAP - displayWidth(cell)));
    return row === 0 ? `${strong(cell)}${gap}${strong(other)}` : `${cell}${gap}${other}`.trimEnd();
  });
}

function ranking([title, counts]: Ranking, cells: number, shown: number): readonly string[] {
  const ranked = Object.entries(counts).sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const rest = ranked.length - shown;
  return [
    title,
    ...ranked
      .slice(0, shown)
      .map(([name, count]) =>
        truncate(`${formatCount(count).padStart(COUNT_CELLS)}  ${printable(name)}`, cells),
      ),
    ...(ranked.length === 0 ? ['          none'] : rest > 0 ? [`          ${rest} more with --json`] : []),
  ];
}
