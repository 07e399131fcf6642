/** Milliseconds since the Unix epoch, UTC. */
export type Timestamp = number;

/** Time, passed in so that domain code stays a function of its arguments. */
export interface Clock {
  /** Wall time. May jump; use it for what is stored and shown. */
  now(): Timestamp;
  /** Milliseconds from an arbitrary origin that never go backward; use it for intervals. */
  monotonic(): number;
}

/** A clock that stands until it is moved. */
export class ManualClock implements Clock {
  #now: Timestamp;
  #monotonic = 0;

  constructor(start: Timestamp = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): Timestamp {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** Moves wall and monotonic time forward together. */
  advance(ms: number): void {
    this.#now += ms;
    this.#monotonic += ms;
  }

  /** Sets wall time alone, as an operator or NTP would. */
  jump(to: Timestamp): void {
    this.#now = to;
  }
}
