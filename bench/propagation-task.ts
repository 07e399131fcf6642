/** What a process of subscribers is given; it tells `ready` when all of them hear. */
export interface HostTask {
  readonly port: number;
  /** Of the node whose decisions come: `writeCredentials`. */
  readonly credentials: string;
  readonly subscribers: number;
  /**
   * Whether they are nodes, each of which verifies, decrypts and applies for itself and shares nothing with another,
   * or stand for nodes whose work is done by other machines: they take the bytes and no more, and are not asked.
   */
  readonly areNodes: boolean;
}

/** What nodes are told: hear so many messages of that kind, then tell how long each took. */
export interface Round {
  readonly kind: 'decisions' | 'raw';
  readonly messages: number;
}

/** Milliseconds from the sending of the last message, one a node; how much of a core the process spent, s. */
export interface Heard {
  readonly latencies: readonly number[];
  readonly core: number;
}

/** Now, by a clock that all processes of a machine share, ms. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}
