const FREE = 0;
const DELETED = -1;
const SMALLEST = 8;

/**
 * All prefixes of one length and family: an open-addressing hash table with linear probing.
 *
 * A cell is one Int32 for the value (value + 1; 0 is free, -1 deleted) and as many for the key as the length
 * needs, side by side, so that a probe touches one cache line. Deleting leaves a mark instead of moving
 * entries, because a move can hide an entry from a reader that is on its way; a mark before a free cell is freed
 * at once. At most two thirds of the cells are in use, marks included, which bounds every probe.
 */
export class LengthTable {
  readonly length: number;
  readonly #tables: Int32Array;
  readonly #width: number;
  readonly #masks: Int32Array;
  #cells: Int32Array;
  #capacity: number;
  #live = 0;
  #used = 0;

  constructor(length: number, tables: Int32Array) {
    this.length = length;
    this.#tables = tables;
    this.#width = Math.ceil(length / 32);
    this.#masks = Int32Array.from({ length: 4 }, (_, word) => maskOf(length - word * 32));
    this.#capacity = SMALLEST;
    this.#cells = new Int32Array(SMALLEST * (this.#width + 1));
  }

  get size(): number {
    return this.#live;
  }

  get bytes(): number {
    return this.#cells.byteLength;
  }

  /** The value, or -1. Bits of `words` beyond the length are ignored. `hash` is that of the masked key. */
  find(words: Uint32Array, hash: number): number {
    const at = this.#locate(words, hash);
    return at < 0 ? -1 : (this.#cells[at] as number) - 1;
  }

  /** The value that was there before, or -1. */
  put(words: Uint32Array, hash: number, value: number): number {
    const found = this.#locate(words, hash);
    if (found >= 0) {
      const previous = (this.#cells[found] as number) - 1;
      this.#cells[found] = value + 1;
      return previous;
    }
    if ((this.#used + 1) * 3 > this.#capacity * 2) this.#rehash(this.#live + 1);
    const at = this.#openCell(hash);
    if (this.#cells[at] === FREE) this.#used++;
    for (let word = 0; word < this.#width; word++) {
      this.#cells[at + 1 + word] = (words[word] as number) & (this.#masks[word] as number);
    }
    this.#cells[at] = value + 1;
    this.#live++;
    return -1;
  }

  /** The value that was removed, or -1. */
  remove(words: Uint32Array, hash: number): number {
    const at = this.#locate(words, hash);
    if (at < 0) return -1;
    const value = (this.#cells[at] as number) - 1;
    this.#cells[at] = DELETED;
    this.#live--;
    this.#freeMarksBefore(at);
    if (this.#capacity > SMALLEST && this.#live * 8 < this.#capacity) this.#rehash(this.#live);
    return value;
  }

  #locate(words: Uint32Array, hash: number): number {
    const cells = this.#cells;
    const width = this.#width;
    const last = this.#capacity - 1;
    const masks = this.#masks;
    const k0 = (words[0] as number) & (masks[0] as number);
    const k1 = (words[1] as number) & (masks[1] as number);
    const k2 = (words[2] as number) & (masks[2] as number);
    const k3 = (words[3] as number) & (masks[3] as number);
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const at = slot * (width + 1);
      const stored = cells[at];
      if (stored === FREE) return -1;
      if (
        stored !== DELETED &&
        (width < 1 || cells[at + 1] === k0) &&
        (width < 2 || cells[at + 2] === k1) &&
        (width < 3 || cells[at + 3] === k2) &&
        (width < 4 || cells[at + 4] === k3)
      ) {
        return at;
      }
    }
  }

  #openCell(hash: number): number {
    const last = this.#capacity - 1;
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const at = slot * (this.#width + 1);
      if ((this.#cells[at] as number) <= FREE) return at;
    }
  }

  #freeMarksBefore(deleted: number): void {
    const stride = this.#width + 1;
    const next = (deleted + stride) % this.#cells.length;
    if (this.#cells[next] !== FREE) return;
    for (
      let at = deleted;
      this.#cells[at] === DELETED;
      at = (at + this.#cells.length - stride) % this.#cells.length
    ) {
      this.#cells[at] = FREE;
      this.#used--;
    }
  }

  #rehash(entries: number): void {
    let capacity = SMALLEST;
    while (entries * 2 > capacity) capacity *= 2;
    const old = this.#cells;
    const stride = this.#width + 1;
    this.#capacity = capacity;
    this.#cells = new Int32Array(capacity * stride);
    this.#used = this.#live;
    for (let from = 0; from < old.length; from += stride) {
      if ((old[from] as number) <= FREE) continue;
      const to = this.#openCell(this.#hashOfCell(old, from));
      for (let i = 0; i < stride; i++) this.#cells[to + i] = old[from + i] as number;
    }
  }

  #hashOfCell(cells: Int32Array, at: number): number {
    let hash = 0;
    for (let byte = 0; byte < this.#width * 4; byte++) {
      const word = cells[at + 1 + (byte >>> 2)] as number;
      hash ^= this.#tables[(byte << 8) | ((word >>> (24 - ((byte & 3) << 3))) & 255)] as number;
    }
    return hash;
  }
}

/** The mask of a word of which the first `bits` count. */
function maskOf(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? -1 : -1 << (32 - bits);
}
