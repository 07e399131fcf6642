import { AegisError } from '@aegis/model';
import { PLACES } from './places.ts';
import type { TableMemory } from './table-memory.ts';
import { TABULATION_WORDS } from './tabulation.ts';

/** Counts changes: see {@link SharedMemory}. */
export const CHANGES = 0;
/** Counts changes of where things are. */
export const MOVES = 1;
/** Which of the two directories is in force, 0 or 1. */
export const CURRENT = 2;
/** Where the directories begin: a cache line further on, so that their changes do not take the counts along. */
const DIRECTORIES = 16;
export const HASHING: number = DIRECTORIES + 2 * PLACES;
const HEADER_WORDS: number = HASHING + TABULATION_WORDS;
/** Regions start at multiples of this many words, a cache line. */
const ALIGNMENT = 16;

/** Where a directory's word about a place is. It is 0, or (offset / 16) * 32 + log. */
export function directoryWord(directory: number, place: number): number {
  return DIRECTORIES + directory * PLACES + place;
}

/**
 * One growable SharedArrayBuffer that one thread writes and any number read without locks.
 *
 * A reader takes the count of changes, looks up, and looks up again if the count has moved. It is moved before a
 * change and each change becomes visible with one store, so an unmoved count says that at most one change came
 * into force meanwhile: the answer was right before it or after it. A reader never waits, not even for a writer
 * that has stopped half-way. What a region holds is written over only after the count has moved since the region
 * was in a directory. Readers rely on plain loads happening in program order, as x86-64 has it.
 *
 * There are two directories, so that a whole new set can be built beside the one in force.
 */
export class SharedMemory {
  readonly buffer: SharedArrayBuffer;
  readonly header: Int32Array;
  readonly #free: Map<number, Int32Array[]> = new Map();
  #current = 0;
  #end: number = Math.ceil(HEADER_WORDS / ALIGNMENT) * ALIGNMENT;

  /** `mostBytes` of address space are set aside; memory is taken as it is needed. */
  constructor(mostBytes: number) {
    this.buffer = new SharedArrayBuffer(this.#end * 4, { maxByteLength: Math.max(mostBytes, this.#end * 4) });
    this.header = new Int32Array(this.buffer, 0, HEADER_WORDS);
  }

  /** The memory of the tables in a directory. Until it is in force its changes count for nobody. */
  directory(number: number): TableMemory {
    const header = this.header;
    const count = (): void => {
      if (this.#current === number) Atomics.add(header, CHANGES, 1);
    };
    return {
      begin: count,
      allocate: (words) => this.#allocate(words),
      place: (place, region, log) => {
        const word = region === undefined ? 0 : ((region.byteOffset / (ALIGNMENT * 4)) << 5) | log;
        Atomics.store(header, directoryWord(number, place), word);
        if (this.#current === number) Atomics.add(header, MOVES, 1);
        count();
      },
      release: (region) => {
        const same = this.#free.get(region.length);
        if (same === undefined) this.#free.set(region.length, [region]);
        else same.push(region);
      },
    };
  }

  /** In one step for all readers. */
  putInForce(directory: number): void {
    this.#current = directory;
    Atomics.add(this.header, CHANGES, 1);
    Atomics.store(this.header, CURRENT, directory);
    Atomics.add(this.header, MOVES, 1);
    Atomics.add(this.header, CHANGES, 1);
  }

  #allocate(words: number): Int32Array {
    const old = this.#free.get(words)?.pop();
    if (old !== undefined) return old.fill(0);
    const start = this.#end;
    const end = start + Math.ceil(words / ALIGNMENT) * ALIGNMENT;
    if (end * 4 > this.buffer.maxByteLength) {
      throw new AegisError(
        'shared_memory_full',
        `the ${this.buffer.maxByteLength} bytes set aside are used up`,
      );
    }
    if (end * 4 > this.buffer.byteLength) this.buffer.grow(end * 4);
    this.#end = end;
    return new Int32Array(this.buffer, start * 4, words);
  }
}

/** The region that a directory's word is about: 2 to the word's log cells. */
export function regionOf(buffer: SharedArrayBuffer, word: number, cellWords: number): Int32Array {
  return new Int32Array(buffer, (word >>> 5) * ALIGNMENT * 4, cellWords << (word & 31));
}
