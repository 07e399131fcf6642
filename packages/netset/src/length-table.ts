import { DELETED, FREE, LengthView } from './length-view.ts';
import type { TableMemory } from './table-memory.ts';
import { maskOf } from './tabulation.ts';

const SMALLEST_LOG = 3;

/** The hash of the first `length` bits. */
export type PrefixHash = (words: Uint32Array, length: number) => number;

/**
 * The writing half: see {@link LengthView}. Every change becomes visible with one store.
 *
 * Deleting leaves a mark instead of moving entries, because a move can hide an entry from a reader that is on
 * its way; a mark before a free cell is freed at once, as no search needs to get past it. At most two thirds of
 * the cells are in use, marks included, which bounds every probe.
 */
export class LengthTable {
  readonly view: LengthView;
  readonly #memory: TableMemory;
  readonly #place: number;
  readonly #hash: PrefixHash;
  #log: number = SMALLEST_LOG;
  #live = 0;
  #used = 0;

  constructor(length: number, place: number, hash: PrefixHash, memory: TableMemory) {
    this.#memory = memory;
    this.#place = place;
    this.#hash = hash;
    this.view = new LengthView(length, memory.allocate((Math.ceil(length / 32) + 1) << SMALLEST_LOG), 8);
    memory.place(place, this.view.cells, SMALLEST_LOG);
  }

  get size(): number {
    return this.#live;
  }

  get bytes(): number {
    return this.view.cells.byteLength;
  }

  find(words: Uint32Array): number {
    return this.view.find(words, this.#hash(words, this.view.length));
  }

  /** Sets the value of a prefix that is there; returns the one before, or -1 and does nothing. */
  replace(words: Uint32Array, value: number): number {
    const at = this.#locate(words);
    if (at < 0) return -1;
    const previous = (this.view.cells[at] as number) - 1;
    this.#store(at, value + 1);
    return previous;
  }

  /** Adds a prefix that is not there. */
  add(words: Uint32Array, value: number): void {
    if ((this.#used + 1) * 3 > 2 << this.#log) this.#rehash(this.#live + 1);
    const { cells, width, length } = this.view;
    const at = this.#openCell(this.#hash(words, length));
    if (cells[at] === FREE) this.#used++;
    for (let word = 0; word < width; word++) {
      cells[at + 1 + word] = (words[word] as number) & maskOf(length - word * 32);
    }
    this.#store(at, value + 1);
    this.#live++;
  }

  /** The value that was removed, or -1. */
  remove(words: Uint32Array): number {
    const at = this.#locate(words);
    if (at < 0) return -1;
    const value = (this.view.cells[at] as number) - 1;
    this.#store(at, DELETED);
    this.#live--;
    this.#freeMarksBefore(at);
    if (this.#log > SMALLEST_LOG && this.#live << 3 < 1 << this.#log) this.#rehash(this.#live);
    return value;
  }

  /** Calls with each prefix, in the array given. */
  each(words: Uint32Array, call: () => void): void {
    const { cells, width } = this.view;
    words.fill(0);
    for (let at = 0; at < cells.length; at += width + 1) {
      if ((cells[at] as number) <= FREE) continue;
      for (let word = 0; word < width; word++) words[word] = cells[at + 1 + word] as number;
      call();
    }
  }

  /** To be used no more. */
  close(): void {
    this.#memory.place(this.#place, undefined, 0);
    this.#memory.release(this.view.cells);
  }

  #locate(words: Uint32Array): number {
    return this.view.locate(words, this.#hash(words, this.view.length));
  }

  /** In shared memory what was written before is visible before. */
  #store(at: number, value: number): void {
    Atomics.store(this.view.cells, at, value);
  }

  #openCell(hash: number): number {
    const { cells, last, width } = this.view;
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const at = slot * (width + 1);
      if ((cells[at] as number) <= FREE) return at;
    }
  }

  #freeMarksBefore(deleted: number): void {
    const { cells, width } = this.view;
    const stride = width + 1;
    const next = (deleted + stride) % cells.length;
    if (cells[next] !== FREE) return;
    for (let at = deleted; cells[at] === DELETED; at = (at + cells.length - stride) % cells.length) {
      this.#store(at, FREE);
      this.#used--;
    }
  }

  #rehash(entries: number): void {
    let log = SMALLEST_LOG;
    while (entries * 2 > 1 << log) log++;
    const view = this.view;
    const old = view.cells;
    const stride = view.width + 1;
    view.cells = this.#memory.allocate(stride << log);
    this.#log = log;
    view.last = (1 << log) - 1;
    this.#used = this.#live;
    const words = new Uint32Array(4);
    for (let from = 0; from < old.length; from += stride) {
      if ((old[from] as number) <= FREE) continue;
      for (let word = 1; word < stride; word++) words[word - 1] = old[from + word] as number;
      const to = this.#openCell(this.#hash(words, view.length));
      for (let i = 0; i < stride; i++) view.cells[to + i] = old[from + i] as number;
    }
    this.#memory.place(this.#place, view.cells, log);
    this.#memory.release(old);
  }
}
