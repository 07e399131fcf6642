/**
 * The writing half of what a family's view asks before it probes. Marks are only ever added; to be rid of the
 * marks of what was deleted a new guide is made.
 */
export interface Guide {
  readonly bytes: number;
  /** The number of prefixes from which on it is too small to be of use. */
  readonly room: number;
  mark(words: Uint32Array, length: number): void;
  /** The view uses it from now on, and so do readers elsewhere. */
  publish(): void;
  close(): void;
}
