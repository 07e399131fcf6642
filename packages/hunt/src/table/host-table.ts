import { type Address, formatIPv4, formatIPv6, type Random } from '@aegis/model';

/** Bits that are known of a host. */
export const HOST: {
  /** The sensor said that it is of the own network, or that it is not. */
  readonly local: 1;
  readonly remote: 2;
} = Object.freeze({ local: 1, remote: 2 });

const EMPTY = 0;

/**
 * Addresses as small numbers, from 0 in the order they came. An IPv4 address takes the words of its mapped form
 * (RFC 4291 section 2.5.5.2). The hash is seeded, so that who chooses addresses cannot choose collisions.
 */
export class HostTable {
  readonly #seed: number;
  #size = 0;
  #words: Uint32Array;
  #flags: Uint8Array;
  /** Id + 1 by hash, linear probing, at most half full. */
  #index: Uint32Array;

  constructor(random: Random, capacity: number = 1024) {
    this.#seed = Math.floor(random.next() * 2 ** 32);
    this.#words = new Uint32Array(capacity * 4);
    this.#flags = new Uint8Array(capacity);
    this.#index = new Uint32Array(capacity * 2);
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#words.byteLength + this.#flags.byteLength + this.#index.byteLength;
  }

  internIPv4(word: number): number {
    return this.intern(0, 0, 0xffff, word);
  }

  intern(w0: number, w1: number, w2: number, w3: number): number {
    const mask = this.#index.length - 1;
    let slot = this.#hash(w0, w1, w2, w3) & mask;
    for (;;) {
      const found = this.#index[slot] as number;
      if (found === EMPTY) break;
      const at = (found - 1) * 4;
      const words = this.#words;
      if (
        words[at + 3] === w3 >>> 0 &&
        words[at + 2] === w2 >>> 0 &&
        words[at + 1] === w1 >>> 0 &&
        words[at] === w0 >>> 0
      )
        return found - 1;
      slot = (slot + 1) & mask;
    }
    if (this.#size * 2 >= this.#index.length) {
      this.#grow();
      return this.intern(w0, w1, w2, w3);
    }
    const id = this.#size++;
    this.#words[id * 4] = w0;
    this.#words[id * 4 + 1] = w1;
    this.#words[id * 4 + 2] = w2;
    this.#words[id * 4 + 3] = w3;
    this.#index[slot] = id + 1;
    return id;
  }

  mark(id: number, flag: number): void {
    this.#flags[id] = (this.#flags[id] as number) | flag;
  }

  flags(id: number): number {
    return this.#flags[id] as number;
  }

  /** One of the four words. */
  word(id: number, index: number): number {
    return this.#words[id * 4 + index] as number;
  }

  isIPv4(id: number): boolean {
    return this.word(id, 0) === 0 && this.word(id, 1) === 0 && this.word(id, 2) === 0xffff;
  }

  address(id: number): Address {
    const [w0, w1, w2, w3] = [this.word(id, 0), this.word(id, 1), this.word(id, 2), this.word(id, 3)];
    return (this.isIPv4(id) ? formatIPv4(w3) : formatIPv6(w0, w1, w2, w3)) as Address;
  }

  #hash(w0: number, w1: number, w2: number, w3: number): number {
    let hash = this.#seed ^ w3;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ w2 ^ (hash >>> 13), 0xc2b2ae35);
    hash = Math.imul(hash ^ w1 ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ w0 ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  #grow(): void {
    const capacity = this.#index.length;
    const words = new Uint32Array(capacity * 4);
    words.set(this.#words);
    this.#words = words;
    const flags = new Uint8Array(capacity);
    flags.set(this.#flags);
    this.#flags = flags;
    this.#index = new Uint32Array(capacity * 2);
    const mask = this.#index.length - 1;
    for (let id = 0; id < this.#size; id++) {
      let slot = this.#hash(this.word(id, 0), this.word(id, 1), this.word(id, 2), this.word(id, 3)) & mask;
      while (this.#index[slot] !== EMPTY) slot = (slot + 1) & mask;
      this.#index[slot] = id + 1;
    }
  }
}
