import type { FamilyView } from './family-view.ts';
import type { CoverOf, Guide } from './guide.ts';
import { LengthTable, type PrefixHash } from './length-table.ts';
import type { TableMemory } from './table-memory.ts';

/** A guide costs more than it saves below this many prefixes, and goes when no more than an eighth are left. */
const GUIDED_FROM = 65_536;

export interface FamilyOptions {
  readonly view: FamilyView;
  readonly hash: PrefixHash;
  readonly memory: TableMemory;
  /** The place of length 0. */
  readonly firstPlace: number;
  /** An empty guide for a number of prefixes. */
  readonly newGuide: (size: number) => Guide;
}

/** The writing half of a family: a {@link LengthTable} for each length in use, and a guide when there are many. */
export class FamilyTable {
  readonly view: FamilyView;
  readonly #options: FamilyOptions;
  readonly #lengths: Map<number, LengthTable> = new Map();
  readonly #words: Uint32Array = new Uint32Array(4);
  #guide: Guide | undefined;
  #size = 0;
  /** Deletions that the guide has not seen. */
  #stale = 0;

  constructor(options: FamilyOptions) {
    this.view = options.view;
    this.#options = options;
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return [...this.#lengths.values()].reduce((sum, { bytes }) => sum + bytes, this.#guide?.bytes ?? 0);
  }

  get(words: Uint32Array, length: number): number {
    return this.#lengths.get(length)?.find(words) ?? -1;
  }

  put(words: Uint32Array, length: number, value: number): number {
    this.#begin();
    const table = this.#lengths.get(length) ?? this.#open(length);
    const previous = table.replace(words, value);
    if (previous >= 0) return previous;
    if (this.#size >= (this.#guide?.room ?? GUIDED_FROM)) this.#guideAnew();
    this.#guide?.mark(words, length);
    table.add(words, value);
    this.#size++;
    return -1;
  }

  remove(words: Uint32Array, length: number): number {
    const table = this.#lengths.get(length);
    if (table === undefined) return -1;
    this.#begin();
    const value = table.remove(words);
    if (value < 0) return -1;
    this.#size--;
    if (table.size === 0) this.#shut(table);
    if (this.#guide !== undefined) {
      this.#guide.unmark(words, length, this.#coverOf);
      this.#noteDeleted(this.#guide);
    }
    return value;
  }

  clear(): void {
    this.#begin();
    for (const table of this.#lengths.values()) this.#shut(table);
    this.#dropGuide();
    this.#size = 0;
  }

  #begin(): void {
    this.#options.memory.begin();
    this.view.forget();
  }

  /** The length of the longest prefix shorter than this that encloses it, 0 where none does. */
  readonly #coverOf: CoverOf = (words, length) => {
    for (let shorter = length - 1; shorter > 0; shorter--) {
      const table = this.#lengths.get(shorter);
      if (table !== undefined && table.find(words) >= 0) return shorter;
    }
    return 0;
  };

  #open(length: number): LengthTable {
    const { firstPlace, hash, memory } = this.#options;
    const table = new LengthTable(length, firstPlace + length, hash, memory);
    this.#lengths.set(length, table);
    this.view.use(length, table.view);
    return table;
  }

  #shut(table: LengthTable): void {
    const { length } = table.view;
    this.#lengths.delete(length);
    this.view.use(length, undefined);
    table.close();
  }

  #noteDeleted(guide: Guide): void {
    this.#stale++;
    if (this.#size * 8 < GUIDED_FROM) this.#dropGuide();
    else if (this.#stale > GUIDED_FROM && this.#stale * 2 > this.#size) this.#guideAnew();
    else if (this.#size * 8 < guide.room && Number.isFinite(guide.room)) this.#guideAnew();
  }

  #guideAnew(): void {
    const old = this.#guide;
    const guide = this.#options.newGuide(this.#size + 1);
    for (const [length, table] of this.#lengths) {
      table.each(this.#words, () => guide.mark(this.#words, length));
    }
    guide.publish();
    old?.close();
    this.#guide = guide;
    this.#stale = 0;
  }

  #dropGuide(): void {
    this.#guide?.close();
    this.#guide = undefined;
    this.#stale = 0;
  }
}
