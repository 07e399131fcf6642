export type Run = 'unquoted' | 'line' | 'token' | 'dashed';

/** Runs of characters without a bound of their own. Each matches everywhere, if only the empty one. */
const RUNS: Readonly<Record<Run, RegExp>> = {
  /** A value without quotes around it. */
  unquoted: /[^\s&,;"'<>()[\]{}|\\]*/y,
  /** The value of a header in a log line, which may be quoted as a whole. */
  line: /[^\r\n"'<>\\]*/y,
  token: /[A-Za-z0-9_.~+/=-]*/y,
  dashed: /[A-Za-z0-9_-]*/y,
};

/**
 * Where runs end. Values may nest (`token=token=token=...`), and all of one run end at the same place: that is
 * looked for once, so that all runs of a text take time in proportion to its length. Ask in ascending order.
 */
export class RunEnds {
  readonly #text: string;
  readonly #ends: Record<Run, number> = { unquoted: 0, line: 0, token: 0, dashed: 0 };

  constructor(text: string) {
    this.#text = text;
  }

  of(run: Run, from: number): number {
    if (from < this.#ends[run]) return this.#ends[run];
    const pattern = RUNS[run];
    pattern.lastIndex = from;
    pattern.test(this.#text);
    this.#ends[run] = pattern.lastIndex;
    return pattern.lastIndex;
  }
}
