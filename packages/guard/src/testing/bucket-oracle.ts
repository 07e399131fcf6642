/** One bucket at a time, in a Map, on a clock that does not wrap: slow, and obviously right. */
export class BucketOracle {
  readonly #full: Map<string, bigint> = new Map();

  /** How long each bucket would make the call wait, ticks; nothing is taken. */
  wait(key: string, charge: number, tolerance: number, now: bigint): bigint {
    const ahead = this.ahead(key, now);
    const room = BigInt(tolerance) - BigInt(charge);
    return ahead - (room > 0n ? room : 0n);
  }

  /** Takes from all or from none; the index of the one that makes it wait longest, the first of equals, or -1. */
  take(calls: readonly { key: string; charge: number; tolerance: number }[], now: bigint): number {
    let refusing = -1;
    let longest = 0n;
    for (const [at, { key, charge, tolerance }] of calls.entries()) {
      const wait = this.wait(key, charge, tolerance, now);
      if (wait <= longest) continue;
      longest = wait;
      refusing = at;
    }
    if (refusing < 0)
      for (const { key, charge } of calls) this.#full.set(key, now + this.ahead(key, now) + BigInt(charge));
    return refusing;
  }

  ahead(key: string, now: bigint): bigint {
    const ahead = (this.#full.get(key) ?? now) - now;
    return ahead > 0n ? ahead : 0n;
  }
}
