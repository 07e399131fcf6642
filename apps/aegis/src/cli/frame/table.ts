import { displayWidth, truncate } from './display-width.ts';
import { printable } from './printable.ts';

export interface Column {
  readonly title: string;
  /** Numbers to the right. Default left. */
  readonly align?: 'left' | 'right';
  /** May be cut to make the table fit; the widest first, down to 8 cells. */
  readonly shrinks?: boolean;
  /** Marks a padded cell, by colour; must not change its width. */
  readonly mark?: (cell: string, row: number) => string;
}

export interface TableOptions {
  /** Cells a line. */
  readonly width: number;
  /** Marks the line of titles. */
  readonly heading?: (line: string) => string;
}

const GAP = '  ';
const NARROWEST = 8;

/**
 * Lines of aligned columns. Cells are made printable first. A table that is still too wide after its columns
 * shrank is cut at the right edge only where it is not marked by colours; better too wide than a wrong address.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { width, heading = (line) => line }: TableOptions,
): readonly string[] {
  const cells = rows.map((row) => columns.map((_, index) => printable(row[index] ?? '')));
  const widths = fit(columns, cells, width);
  const line = (row: readonly string[], mark: (cell: string, column: Column) => string): string =>
    columns
      .map((column, index) => {
        const cell = pad(row[index] ?? '', widths[index] ?? 0, column, index === columns.length - 1);
        return mark(cell, column);
      })
      .join(GAP)
      .trimEnd();
  return [
    heading(
      line(
        columns.map(({ title }) => title),
        (cell) => cell,
      ),
    ),
    ...cells.map((row, at) => line(row, (cell, { mark }) => mark?.(cell, at) ?? cell)),
  ];
}

function fit(
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
  width: number,
): readonly number[] {
  const widths = columns.map(({ title }, index) =>
    cells.reduce((most, row) => Math.max(most, displayWidth(row[index] ?? '')), displayWidth(title)),
  );
  let excess = widths.reduce((sum, each) => sum + each, GAP.length * (columns.length - 1)) - width;
  while (excess > 0) {
    const widest = columns.reduce((best, { shrinks }, index) => {
      const candidate = shrinks === true ? (widths[index] ?? 0) : 0;
      return candidate > (widths[best] ?? 0) || (best < 0 && candidate > 0) ? index : best;
    }, -1);
    const now = widths[widest] ?? 0;
    if (now <= NARROWEST) break;
    const step = Math.min(excess, now - NARROWEST, Math.max(1, now - secondWidest(columns, widths, widest)));
    widths[widest] = now - step;
    excess -= step;
  }
  return widths;
}

/** Until it is as narrow as the next one, the widest gives alone. */
function secondWidest(columns: readonly Column[], widths: readonly number[], widest: number): number {
  return columns.reduce(
    (most, { shrinks }, index) =>
      shrinks === true && index !== widest ? Math.max(most, widths[index] ?? 0) : most,
    NARROWEST,
  );
}

function pad(text: string, width: number, { align = 'left' }: Column, isLast: boolean): string {
  const cell = truncate(text, width);
  const blanks = ' '.repeat(Math.max(0, width - displayWidth(cell)));
  if (align === 'right') return `${blanks}${cell}`;
  return isLast ? cell : `${cell}${blanks}`;
}
