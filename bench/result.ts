/** One figure of a benchmark; the names are those an issue gives. */
export interface Result {
  readonly name: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  /** `null` where it could not be measured, with the reason in `why`. */
  readonly value: number | null;
  readonly goal?: number;
  readonly why?: string;
}

export interface RunOptions {
  /** A smaller form with the same names, under a minute. */
  readonly quick: boolean;
}

export interface Benchmark {
  run(options: RunOptions): Promise<readonly Result[]>;
}
