export interface RowWindow {
  readonly count: number;
  readonly rowPx: number;
  /** Pixels above the upper edge. */
  readonly scrolled: number;
  readonly height: number;
}

/** Rows beyond either edge, so that nothing is blank while one scrolls. */
const BEYOND = 12;

/** Which rows are to be there: from `from` up to, not with, `to`. */
export function visibleRows({ count, rowPx, scrolled, height }: RowWindow): { from: number; to: number } {
  const first = Math.floor(Math.max(0, scrolled) / rowPx);
  const last = Math.ceil((Math.max(0, scrolled) + height) / rowPx);
  return { from: Math.min(Math.max(0, first - BEYOND), count), to: Math.min(count, last + BEYOND) };
}
