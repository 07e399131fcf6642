import type { Timestamp } from '@aegis/model';
import type { MemoryReport } from '@aegis/ports';
import type { Db } from 'mongodb';
import { noteMoved } from './counted-reports.ts';
import type { SubjectDocument, SubjectKind } from './subject.ts';

/** Documents that go at once. */
const BATCH = 1_000;

/**
 * Removes what was last seen before this and moves the notes of what was counted, so that nothing is counted again.
 * A document that others add to in between stays, and goes the next time. Returns how many went.
 */
export async function forget<Report extends MemoryReport, Subject>(
  db: Db,
  kind: SubjectKind<Report, Subject>,
  before: Timestamp,
): Promise<number> {
  const collection = db.collection<SubjectDocument>(kind.collection);
  const old = { last_seen: { $lt: before } };
  let total = 0;
  for (;;) {
    const found = await collection.find(old).limit(BATCH).toArray();
    await noteMoved(
      db,
      found.flatMap(({ counted, last_seen: at }) => counted.map((digest) => ({ digest, at }))),
    );
    const { deletedCount: removed } = await collection.deleteMany({
      _id: { $in: found.map(({ _id }) => _id) },
      touched: { $in: found.map(({ touched }) => touched) },
    });
    total += removed;
    if (found.length < BATCH || removed === 0) return total;
  }
}
