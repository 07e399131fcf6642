const WORDS = 16;
const BITS = WORDS * 32;

/**
 * About how many accounts use an address: linear counting (Whang, Vander-Zanden and Taylor, ACM TODS 15(2), 1990)
 * over 512 bits, two generations of 64 bytes. Within a few percent up to some 1,000.
 */
export class UserEstimate {
  #current: Int32Array = new Int32Array(WORDS);
  #before: Int32Array = new Int32Array(WORDS);
  #since: number;

  constructor(now: number) {
    this.#since = now;
  }

  /** `hash` is the keyed hash of an account, `generationMs` how long one is remembered at least. */
  add(hash: number, now: number, generationMs: number): void {
    this.#turn(now, generationMs);
    const bit = hash & (BITS - 1);
    this.#current[bit >> 5] = (this.#current[bit >> 5] as number) | (1 << (bit & 31));
  }

  /** At least 1. */
  count(now: number, generationMs: number): number {
    this.#turn(now, generationMs);
    let zeros = 0;
    for (let i = 0; i < WORDS; i++)
      zeros += 32 - ones((this.#current[i] as number) | (this.#before[i] as number));
    return Math.max(1, Math.round(-BITS * Math.log(Math.max(zeros, 1) / BITS)));
  }

  #turn(now: number, generationMs: number): void {
    const age = now - this.#since;
    if (age < generationMs) return;
    const old = this.#before;
    this.#before = this.#current;
    this.#current = old.fill(0);
    if (age >= 2 * generationMs) this.#before.fill(0);
    this.#since = now;
  }
}

function ones(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
