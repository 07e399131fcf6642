import { LengthView } from './length-view.ts';

/** The reading half of a family's tables. Keys are four words; IPv4 counts only the first. */
export interface FamilyView {
  /** By length. */
  readonly tables: readonly (LengthView | undefined)[];
  /** Opens or closes the table of a length. */
  use(length: number, table: LengthView | undefined): void;
  /** Something has changed: what was answered before counts no more. */
  forget(): void;
  lookup(words: Uint32Array): number;
  matches(words: Uint32Array, out: Int32Array, from: number): number;
}

/** Of a length without prefixes; an array of objects of one kind is read faster than one with holes. */
export const NO_TABLE: LengthView = new LengthView(0, new Int32Array(1), 1);
