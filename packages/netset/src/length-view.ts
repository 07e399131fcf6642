import { maskOf } from './tabulation.ts';

export const FREE = 0;
export const DELETED = -1;

/**
 * The reading half of a `LengthTable`: all prefixes of one length and family in an open-addressing hash table
 * with linear probing.
 *
 * A cell is one Int32 for the value (value + 1; 0 is free, -1 deleted) and as many for the key as the length
 * needs, side by side, so that a probe touches one cache line.
 */
export class LengthView {
  readonly length: number;
  /** Words of a key. */
  readonly width: number;
  /** Masks of the words of a key. */
  readonly mask0: number;
  readonly mask1: number;
  readonly mask2: number;
  readonly mask3: number;
  cells: Int32Array;
  /** The number of cells, a power of two, less one. */
  last: number;

  constructor(length: number, cells: Int32Array, capacity: number) {
    this.length = length;
    this.width = Math.ceil(length / 32);
    this.mask0 = maskOf(length);
    this.mask1 = maskOf(length - 32);
    this.mask2 = maskOf(length - 64);
    this.mask3 = maskOf(length - 96);
    this.cells = cells;
    this.last = capacity - 1;
  }

  /** The value, or -1. Bits of `words` beyond the length are ignored. `hash` is that of the masked key. */
  find(words: Uint32Array, hash: number): number {
    const at = this.locate(words, hash);
    return at < 0 ? -1 : (this.cells[at] as number) - 1;
  }

  /** The index of the cell, or -1. */
  locate(words: Uint32Array, hash: number): number {
    const { cells, width, last } = this;
    const k0 = (words[0] as number) & this.mask0;
    const k1 = (words[1] as number) & this.mask1;
    const k2 = (words[2] as number) & this.mask2;
    const k3 = (words[3] as number) & this.mask3;
    // Another thread may write over cells that this one no longer should read: that the search ends must not
    // depend on what is in them.
    for (let slot = hash & last, left = last; left >= 0; slot = (slot + 1) & last, left--) {
      const at = slot * (width + 1);
      const stored = cells[at] as number;
      if (stored === FREE) return -1;
      if (
        stored > FREE &&
        (width < 1 || cells[at + 1] === k0) &&
        (width < 2 || cells[at + 2] === k1) &&
        (width < 3 || cells[at + 3] === k2) &&
        (width < 4 || cells[at + 4] === k3)
      ) {
        return at;
      }
    }
    return -1;
  }
}
