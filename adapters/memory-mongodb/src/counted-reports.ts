import type { MemoryReport } from '@aegis/ports';
import type { Collection, Db } from 'mongodb';
import { duplicatesOf } from './duplicates.ts';
import { reportDigest } from './report-digest.ts';
import type { SubjectDocument } from './subject.ts';

/** That a report was counted, once its subject's document does not say so any more. */
interface CountedReport {
  /** {@link reportDigest} */
  readonly _id: string;
  /** When its subject had last been seen, by then. */
  readonly at: number;
}

export const COUNTED_REPORTS = 'reports';

export type Notes = Pick<SubjectDocument, 'generation' | 'counted'>;

/** Of the documents that are there. To be read before {@link readMoved}. */
export async function readNotes(
  collection: Collection<SubjectDocument>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Notes>> {
  const found = collection.find({ _id: { $in: [...ids] } }, { projection: { generation: 1, counted: 1 } });
  return new Map((await found.toArray()).map(({ _id, ...notes }) => [_id, notes as Notes]));
}

/** Digests of those of these reports that were counted and whose notes were moved. */
export async function readMoved(db: Db, reports: readonly MemoryReport[]): Promise<ReadonlySet<string>> {
  const digests = [...new Set(reports.map(({ report }) => reportDigest(report)))];
  const found = await db
    .collection<CountedReport>(COUNTED_REPORTS)
    .find({ _id: { $in: digests } }, { projection: { _id: 1 } })
    .toArray();
  return new Set(found.map(({ _id }) => _id));
}

/** Some may have been moved already, by whoever did not come to say so in the document. */
export async function noteMoved(
  db: Db,
  counted: readonly { readonly digest: string; readonly at: number }[],
): Promise<void> {
  if (counted.length === 0) return;
  try {
    await db.collection<CountedReport>(COUNTED_REPORTS).insertMany(
      counted.map(({ digest, at }) => ({ _id: digest, at })),
      { ordered: false },
    );
  } catch (error) {
    duplicatesOf(error);
  }
}

/** Forgets those whose subject was last seen before this. */
export async function forgetMoved(db: Db, before: number): Promise<void> {
  await db.collection<CountedReport>(COUNTED_REPORTS).deleteMany({ at: { $lt: before } });
}
