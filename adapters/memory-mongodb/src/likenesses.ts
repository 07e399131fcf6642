import { MEMORY_CANDIDATE_LIMIT, type PatternLikeness } from '@aegis/ports';
import type { Db } from 'mongodb';
import { kept } from './bounded-set.ts';
import { PATTERNS } from './patterns.ts';
import type { SubjectDocument } from './subject.ts';

/** How many patterns with one signature are looked at: bounds the cost of signatures that everyone has. */
const MOST_WITH_ONE = 1_000;
/** Signatures that are asked for at once. */
const AT_ONCE = 8;

/** Those that share the most first. */
export async function patternsSharing(
  db: Db,
  signatures: readonly string[],
): Promise<readonly PatternLikeness[]> {
  const collection = db.collection<SubjectDocument>(PATTERNS.collection);
  const shared = new Map<string, number>();
  const queue = new Set(signatures).values();
  const count = async (): Promise<void> => {
    for (const signature of queue) {
      const newest = collection
        .find({ signatures: signature }, { projection: { _id: 1 } })
        .sort({ first_seen: -1, _id: -1 })
        .limit(MOST_WITH_ONE);
      for (const { _id } of await newest.toArray()) shared.set(_id, (shared.get(_id) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, count));
  const best = [...shared]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MEMORY_CANDIDATE_LIMIT)
    .map(([id]) => id);
  if (best.length === 0) return [];
  const found = collection.find({ _id: { $in: best } }, { projection: { signatures: 1 } });
  const byId = new Map((await found.toArray()).map((each) => [each._id, kept<string>(each.signatures)]));
  // Another process may just have forgotten one.
  return best.flatMap((id) => {
    const known = byId.get(id);
    return known === undefined ? [] : { id, signatures: known };
  });
}
