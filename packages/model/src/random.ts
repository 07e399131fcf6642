/** Randomness, passed in so that simulations can be run again from their seed. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
}

/** A reproducible source for tests and simulations (mulberry32, public domain; not for secrets). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = state;
      t = Math.imul(t ^ (t >>> 15), t | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}
