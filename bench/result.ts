/** One line of a benchmark. `value` is null where it could not be measured. */
export interface Result {
  readonly name: string;
  /** `ops/s`, `bytes`, `ms`, `us`, `%`, `payloads/s`. */
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  readonly value: number | null;
  /** Why there is no value. */
  readonly why?: string;
  /** Of the middle round, where `value` is of the best one. */
  readonly median?: number;
  /** Of the best round, where `value` is of the middle one. */
  readonly best?: number;
  /** The same work in terms of what it had of a core. */
  readonly perCoreSecond?: number;
  readonly goal?: number;
  /** What a reader has to know to judge it. */
  readonly note?: string;
  readonly peers?: readonly Peer[];
}

export interface Peer {
  readonly name: string;
  readonly value: number;
  /** How many entries it held, where it is not as many as ours. */
  readonly entries?: number;
}

export interface BenchOptions {
  /** A smaller form, in under 60 s. */
  readonly quick: boolean;
}

export type Bench = (options: BenchOptions) => Promise<readonly Result[]>;
