/** What a process of subscribers is given; it tells `ready` when all of them hear. */
export interface HostTask {
  readonly port: number;
  /** Of the node whose decisions come: `writeCredentials`. */
  readonly credentials: string;
  readonly subscribers: number;
  /** Whether every subscriber opens every frame for itself, as nodes on machines of their own do. */
  readonly opensAlone: boolean;
}

/** What it is told: hear so many messages of that kind, then tell how long each took. */
export interface Round {
  readonly kind: 'decisions' | 'raw';
  readonly messages: number;
}

/** Milliseconds from the sending of the last message, one a subscriber; how much of a core the process spent, s. */
export interface Heard {
  readonly latencies: readonly number[];
  readonly core: number;
}

/** Now, by a clock that all processes of a machine share, ms. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}
