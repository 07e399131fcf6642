import { type Document, ObjectId, type UpdateFilter } from 'mongodb';
import type { Change, SubjectDocument } from './subject.ts';

/** A change and the notes of the reports it comes from, as MongoDB's operators. */
export function updateOf(change: Change, digests: readonly string[]): UpdateFilter<SubjectDocument> {
  const update = {
    $inc: change.add,
    $min: change.least,
    $max: change.greatest,
    $addToSet: each(change, digests),
    $set: { touched: token() },
  };
  const given = Object.entries(update).filter(([, fields]) => Object.keys(fields).length > 0);
  return Object.fromEntries(given) as UpdateFilter<SubjectDocument>;
}

function each({ join }: Change, digests: readonly string[]) {
  const sets = [...Object.entries(join), ['counted', digests] as const];
  const joined = sets.filter(([, members]) => members.length > 0);
  return Object.fromEntries(joined.map(([field, members]) => [field, { $each: [...new Set(members)] }]));
}

/** The same as a document of its own: what that update would make of none. */
export function documentOf(
  identity: { readonly _id: string },
  { add, least, greatest, join }: Change,
  digests: readonly string[],
): SubjectDocument {
  const document: Document = { ...identity, generation: token(), touched: token(), counted: [...digests] };
  for (const [path, value] of Object.entries({ ...add, ...least, ...greatest })) {
    // At most two deep: `hourly_profile.13`.
    const [field, member] = path.split('.') as [string, string?];
    if (member === undefined) document[field] = value;
    else document[field] = { ...document[field], [member]: value };
  }
  for (const [field, members] of Object.entries(join)) document[field] = [...new Set(members)];
  return document as SubjectDocument;
}

/** Unlike any other. */
export function token(): string {
  return new ObjectId().toHexString();
}
