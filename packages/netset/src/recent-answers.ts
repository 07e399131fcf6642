/** How many answers are kept, as a power of two: 16 bytes each, which fit the cache of a core. */
const LOG = 14;
/** Spreads addresses over the cells (Knuth, "The Art of Computer Programming" 6.4, Fibonacci hashing). */
const SPREAD = 0x9e37_79b1 | 0;

const KEY = 0;
const AGE = 1;
const COUNT = 2;
const VALUE = 3;

/** What the answers of one table take, bytes. */
export const RECENT_BYTES: number = 16 << LOG;

/**
 * The last IPv4 addresses that none or one prefix encloses, with its value. An address has one cell, and the next
 * address of the cell takes its place. Any change of the table forgets all, at the cost of an addition, so that an
 * answer never outlives what it came from. Of clients as they are, a few that ask often and many that ask rarely, most
 * find their answer here, without a look at larger memory. One thread only.
 */
export class RecentAnswers {
  readonly #cells: Int32Array = new Int32Array(4 << LOG);
  /** Cells of another age mean nothing. */
  #age = 1;

  /** The cell of an address. */
  cellOf(address: number): number {
    return (Math.imul(address, SPREAD) >>> (32 - LOG)) << 2;
  }

  /** How many prefixes enclose the address, 0 or 1; -1: nothing is known of it. */
  count(cell: number, address: number): number {
    const cells = this.#cells;
    if (cells[cell | KEY] !== address || cells[cell | AGE] !== this.#age) return -1;
    return cells[cell | COUNT] as number;
  }

  /** Of the prefix, after a count of 1. */
  value(cell: number): number {
    return this.#cells[cell | VALUE] as number;
  }

  keep(cell: number, address: number, count: number, value: number): void {
    const cells = this.#cells;
    cells[cell | KEY] = address;
    cells[cell | AGE] = this.#age;
    cells[cell | COUNT] = count;
    cells[cell | VALUE] = value;
  }

  forget(): void {
    this.#age = (this.#age + 1) | 0;
    if (this.#age !== 0) return;
    this.#cells.fill(0);
    this.#age = 1;
  }
}
