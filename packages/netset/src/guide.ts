export type CoverOf = (words: Uint32Array, length: number) => number;

/**
 * The writing half of what a family's view asks before it probes. It may speak of what is not there, and a new one
 * is made when it does so too often.
 */
export interface Guide {
  readonly bytes: number;
  /** The number of prefixes from which on it is too small to be of use. */
  readonly room: number;
  /** Before the prefix is there. */
  mark(words: Uint32Array, length: number): void;
  /** After the prefix is gone. `cover` tells the length of the longest one that encloses it, 0 where none does. */
  unmark(words: Uint32Array, length: number, cover: CoverOf): void;
  /** The view uses it from now on, and so do readers elsewhere. */
  publish(): void;
  close(): void;
}
