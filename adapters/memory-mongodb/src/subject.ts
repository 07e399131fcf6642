import type { MemoryReport } from '@aegis/ports';
import type { Document } from 'mongodb';

/** The document of a pattern, an attacker or a server; what else is in it is its kind's. */
export interface SubjectDocument extends Document {
  readonly _id: string;
  /**
   * Replaced whenever ids of reports are moved from `counted` to the collection of all counted reports: who has
   * looked in both before that must look again.
   */
  readonly generation: string;
  /** Digests of reports that are in this document and not yet in that collection. */
  readonly counted: readonly string[];
  /** Another with every update: who removes it sees whether it still is what was read. */
  readonly touched: string;
  readonly last_seen: number;
}

/**
 * What reports do to a document. Each member is a MongoDB operator that commutes with itself and the others, so that
 * the order in which updates arrive is of no account.
 */
export interface Change {
  /** Field, and what is added to it. */
  readonly add: Readonly<Record<string, number>>;
  readonly least: Readonly<Record<string, number | string>>;
  readonly greatest: Readonly<Record<string, number | string>>;
  /** Field of a set, and what joins it. */
  readonly join: Readonly<Record<string, readonly (string | number)[]>>;
}

/** How one kind of subject is kept. */
export interface SubjectKind<Report extends MemoryReport, Subject> {
  readonly collection: string;
  /** Names the document a report is about: its `_id`, and the key it is sharded by. */
  identify(report: Report): { readonly _id: string };
  /** What these reports, all about one document and none counted before, do to it. */
  change(reports: readonly Report[]): Change;
  /** What is beyond the bound of a set: fields with the members to take out, and single fields to remove. */
  excess(document: SubjectDocument): Excess;
  read(document: SubjectDocument): Subject;
  readonly order: Readonly<Record<string, 1 | -1>>;
}

export interface Excess {
  readonly leave: Readonly<Record<string, readonly (string | number)[]>>;
  readonly fields: readonly string[];
}

/** As `identify` of its kind gave it. */
export function identityOf({ _id, ip }: SubjectDocument): { readonly _id: string } {
  return ip === undefined ? { _id } : ({ _id, ip } as { _id: string });
}
