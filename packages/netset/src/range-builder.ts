import { AegisError } from '@aegis/model';
import type { Ranges } from './range-table.ts';

const GUIDED = 1 << 16;

/**
 * Gathers the prefixes of one family, in any order, and cuts the addresses into ranges by them. Of a prefix that
 * comes twice the first counts.
 */
export class RangeBuilder {
  readonly #width: 1 | 4;
  readonly #most: number;
  #words: Uint32Array;
  #lengths: Uint8Array;
  #values: Uint32Array;
  #size = 0;

  /** Takes at most `most` prefixes. */
  constructor(family: 4 | 6, most: number) {
    this.#width = family === 4 ? 1 : 4;
    this.#most = most;
    this.#words = new Uint32Array(1024 * this.#width);
    this.#lengths = new Uint8Array(1024);
    this.#values = new Uint32Array(1024);
  }

  get size(): number {
    return this.#size;
  }

  /** `words` without host bits, `value` above 0. Throws AegisError `too_many_prefixes`. */
  add(words: Uint32Array, length: number, value: number): void {
    if (this.#size >= this.#most)
      throw new AegisError('too_many_prefixes', `more than ${this.#most} prefixes of one family`);
    if (this.#size === this.#lengths.length) this.#grow();
    const at = this.#size * this.#width;
    for (let i = 0; i < this.#width; i++) this.#words[at + i] = words[i] as number;
    this.#lengths[this.#size] = length;
    this.#values[this.#size++] = value;
  }

  ranges(): Ranges {
    const width = this.#width;
    const made = new RangeList(width, this.#size * 2 + 1);
    const nothing = new Uint32Array(width);
    made.begin(nothing, 0, 0);
    // The prefixes that hold the place, the widest first: where each ends, and its value.
    const ends = new Uint32Array((32 * width + 1) * width);
    const open: number[] = [];
    const start = new Uint32Array(width);
    const close = (): void => {
      const at = (open.length - 1) * width;
      open.pop();
      if (increment(ends, at, width, start)) made.begin(start, 0, open.at(-1) ?? 0);
    };
    let last = -1;
    for (const prefix of this.#sorted()) {
      if (last >= 0 && this.#compare(prefix, last) === 0) continue;
      last = prefix;
      const at = prefix * width;
      while (open.length > 0 && isBefore(ends, (open.length - 1) * width, this.#words, at, width)) close();
      const value = this.#values[prefix] as number;
      writeEnd(this.#words, at, this.#lengths[prefix] as number, width, ends, open.length * width);
      open.push(value);
      made.begin(this.#words, at, value);
    }
    while (open.length > 0) close();
    return made.ranges();
  }

  /** By address, the widest first. */
  #sorted(): Uint32Array {
    const order = new Uint32Array(this.#size);
    for (let i = 0; i < order.length; i++) order[i] = i;
    return order.sort((a, b) => this.#compare(a, b));
  }

  #compare(a: number, b: number): number {
    const width = this.#width;
    for (let i = 0; i < width; i++) {
      const difference = (this.#words[a * width + i] as number) - (this.#words[b * width + i] as number);
      if (difference !== 0) return difference;
    }
    return (this.#lengths[a] as number) - (this.#lengths[b] as number);
  }

  #grow(): void {
    const size = Math.min(this.#most, this.#size * 2);
    const words = new Uint32Array(size * this.#width);
    words.set(this.#words);
    const lengths = new Uint8Array(size);
    lengths.set(this.#lengths);
    const values = new Uint32Array(size);
    values.set(this.#values);
    this.#words = words;
    this.#lengths = lengths;
    this.#values = values;
  }
}

class RangeList {
  readonly #width: number;
  readonly #starts: Uint32Array;
  readonly #values: Uint32Array;
  #size = 0;

  constructor(width: number, most: number) {
    this.#width = width;
    this.#starts = new Uint32Array(most * width);
    this.#values = new Uint32Array(most);
  }

  /** From this address on the value counts. Addresses never go backward; of one that comes twice the last counts. */
  begin(words: Uint32Array, at: number, value: number): void {
    const width = this.#width;
    if (this.#size > 0 && this.#lastIs(words, at)) this.#size--;
    if (this.#size > 0 && this.#values[this.#size - 1] === value) return;
    for (let i = 0; i < width; i++) this.#starts[this.#size * width + i] = words[at + i] as number;
    this.#values[this.#size++] = value;
  }

  ranges(): Ranges {
    const starts = this.#starts.slice(0, this.#size * this.#width);
    return { starts, values: this.#values.slice(0, this.#size), guide: guideOf(starts, this.#width) };
  }

  #lastIs(words: Uint32Array, at: number): boolean {
    const last = (this.#size - 1) * this.#width;
    for (let i = 0; i < this.#width; i++) if (this.#starts[last + i] !== words[at + i]) return false;
    return true;
  }
}

function isBefore(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number, width: number): boolean {
  for (let i = 0; i < width; i++) {
    const difference = (a[aAt + i] as number) - (b[bAt + i] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** The last address of a prefix. */
function writeEnd(
  words: Uint32Array,
  at: number,
  length: number,
  width: number,
  out: Uint32Array,
  outAt: number,
): void {
  for (let i = 0; i < width; i++) {
    const bits = Math.min(32, Math.max(0, length - 32 * i));
    out[outAt + i] = (words[at + i] as number) | (bits === 32 ? 0 : 0xffff_ffff >>> bits);
  }
}

/** Writes the address after one; false where there is none. */
function increment(words: Uint32Array, at: number, width: number, out: Uint32Array): boolean {
  let carry = 1;
  for (let i = width - 1; i >= 0; i--) {
    const sum = (words[at + i] as number) + carry;
    out[i] = sum;
    carry = sum > 0xffff_ffff ? 1 : 0;
  }
  return carry === 0;
}

/** See {@link Ranges}. */
function guideOf(starts: Uint32Array, width: number): Uint32Array {
  const guide = new Uint32Array(GUIDED + 1);
  const count = starts.length / width;
  let range = 0;
  for (let high = 0; high < GUIDED; high++) {
    const first = high * GUIDED;
    while (range < count && startsBy(starts, range * width, width, first)) range++;
    guide[high] = range;
  }
  guide[GUIDED] = count;
  return guide;
}

/** Whether a range begins at or before the address whose first word this is and whose others are 0. */
function startsBy(starts: Uint32Array, at: number, width: number, word: number): boolean {
  const start = starts[at] as number;
  if (start !== word) return start < word;
  for (let i = 1; i < width; i++) if (starts[at + i] !== 0) return false;
  return true;
}
