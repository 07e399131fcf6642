import type { Guide } from './guide.ts';
import type { Ipv6View } from './ipv6-view.ts';
import { IPV6_MARKS } from './places.ts';
import type { TableMemory } from './table-memory.ts';
import { GATE_32, GATE_48, GATE_64, hashPrefix, SALTS } from './tabulation.ts';

/**
 * Bits for each prefix, as a power of two: 32, of which it sets one to three. Twice as many would be asked in
 * vain less often, but miss the cache more often, which measured slower.
 */
const ROOM_LOG = 5;

/** See {@link Ipv6View}. */
export class Ipv6Guide implements Guide {
  readonly room: number;
  readonly #view: Ipv6View;
  readonly #memory: TableMemory;
  readonly #hashing: Int32Array;
  readonly #marks: Int32Array;
  readonly #log: number;

  /** For half as many prefixes more than `size`, at least. */
  constructor(view: Ipv6View, hashing: Int32Array, memory: TableMemory, size: number) {
    this.#view = view;
    this.#hashing = hashing;
    this.#memory = memory;
    const log = Math.ceil(Math.log2(size * 1.5));
    this.room = 1 << log;
    this.#log = log + ROOM_LOG - 5;
    this.#marks = memory.allocate(1 << this.#log);
  }

  get bytes(): number {
    return this.#marks.byteLength;
  }

  mark(words: Uint32Array, length: number): void {
    this.#set(words, length, SALTS + length);
    if (length > 64) this.#set(words, 64, GATE_64);
    if (length >= 48) this.#set(words, 48, GATE_48);
    else if (length > 32) this.#set(words, 32, GATE_32);
  }

  /** A mark may be there for several prefixes, and stays. */
  unmark(): void {}

  publish(): void {
    this.#view.useMarks(this.#marks);
    this.#memory.place(IPV6_MARKS, this.#marks, this.#log);
  }

  close(): void {
    if (this.#view.marks === this.#marks) {
      this.#view.useMarks(undefined);
      this.#memory.place(IPV6_MARKS, undefined, 0);
    }
    this.#memory.release(this.#marks);
  }

  #set(words: Uint32Array, length: number, salt: number): void {
    const hash = hashPrefix(this.#hashing, words, length) ^ (this.#hashing[salt] as number);
    (this.#marks[(hash >>> 5) & (this.#marks.length - 1)] as number) |= 1 << (hash & 31);
  }
}
