import type { MemoryReport } from '@aegis/ports';
import { type Collection, type Db, MongoError, type UpdateFilter } from 'mongodb';
import { type Notes, noteMoved, readMoved, readNotes } from './counted-reports.ts';
import { duplicatesOf } from './duplicates.ts';
import { reportDigest } from './report-digest.ts';
import { identityOf, type SubjectDocument, type SubjectKind } from './subject.ts';
import { documentOf, token, updateOf } from './update.ts';

/** Digests that a document holds before they are moved: bounds what every update of it carries along. */
const MOST_COUNTED = 200;
/** Documents that are updated at once. */
const AT_ONCE = 8;
/** How often a document may be changed by others in between until that is a fault. */
const MOST_ATTEMPTS = 100;

/** The reports about one document. */
type OfOne<Report> = readonly Report[];

/**
 * Counts each report once, without transactions. A report and the note that it was counted go into the document in
 * one update, which asks that it is not noted there yet; notes are moved out later, and `generation` is replaced
 * with that. Whoever read the notes first and the moved ones then, and finds the generation as it was when it writes,
 * has missed none. See ADR 37.
 */
export class ReportWriter<Report extends MemoryReport, Subject> {
  readonly #db: Db;
  readonly #kind: SubjectKind<Report, Subject>;
  readonly #collection: Collection<SubjectDocument>;

  constructor(db: Db, kind: SubjectKind<Report, Subject>) {
    this.#db = db;
    this.#kind = kind;
    this.#collection = db.collection<SubjectDocument>(kind.collection);
  }

  async apply(reports: readonly Report[]): Promise<void> {
    if (reports.length === 0) return;
    let subjects: readonly OfOne<Report>[] = [
      ...Map.groupBy(reports, (report) => this.#identify([report])._id).values(),
    ];
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      subjects = await this.#attempt(subjects);
      if (subjects.length === 0) return;
    }
    const { _id } = this.#identify(subjects[0] as OfOne<Report>);
    const which = `${this.#kind.collection} ${_id}`;
    throw new MongoError(`${which} was changed by others at each of ${MOST_ATTEMPTS} attempts`);
  }

  /** Those whose document was changed by others in between. */
  async #attempt(subjects: readonly OfOne<Report>[]): Promise<readonly OfOne<Report>[]> {
    const ids = subjects.map((each) => this.#identify(each)._id);
    const notes = await readNotes(this.#collection, ids);
    const moved = await readMoved(this.#db, subjects.flat());
    const known = subjects.filter((each) => notes.has(this.#identify(each)._id));
    const unknown = subjects.filter((each) => !notes.has(this.#identify(each)._id));
    const conflicts = [...(await this.#insert(unknown, moved))];
    const queue = known.values();
    const work = async (): Promise<void> => {
      for (const each of queue) {
        const before = notes.get(this.#identify(each)._id) as Notes;
        if (!(await this.#update(each, before, moved))) conflicts.push(each);
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, known.length) }, work));
    return conflicts;
  }

  /** Those that others inserted in between. */
  async #insert(
    subjects: readonly OfOne<Report>[],
    moved: ReadonlySet<string>,
  ): Promise<readonly OfOne<Report>[]> {
    const fresh = subjects
      .map((each) => [each, freshOf(each, [], moved)] as const)
      .filter(([, reports]) => reports.size > 0);
    if (fresh.length === 0) return [];
    const documents = fresh.map(([each, reports]) =>
      documentOf(this.#identify(each), this.#kind.change([...reports.values()]), [...reports.keys()]),
    );
    let conflicts: readonly number[] = [];
    try {
      await this.#collection.insertMany(documents, { ordered: false });
    } catch (error) {
      conflicts = duplicatesOf(error);
    }
    for (const [i, document] of documents.entries()) if (!conflicts.includes(i)) await this.#tidy(document);
    return conflicts.map((i) => fresh[i]?.[0] as OfOne<Report>);
  }

  /** Whether the document was as its notes said, or nothing was new. */
  async #update(reports: OfOne<Report>, notes: Notes, moved: ReadonlySet<string>): Promise<boolean> {
    const fresh = freshOf(reports, notes.counted, moved);
    if (fresh.size === 0) return true;
    const digests = [...fresh.keys()];
    const { generation } = notes;
    const document = await this.#collection.findOneAndUpdate(
      { ...this.#identify(reports), generation, counted: { $nin: digests } },
      updateOf(this.#kind.change([...fresh.values()]), digests),
      { returnDocument: 'after' },
    );
    if (document === null) return false;
    await this.#tidy(document);
    return true;
  }

  /** Cuts sets to their bounds, and moves notes out when there are many. */
  async #tidy(document: SubjectDocument): Promise<void> {
    const identity = identityOf(document);
    const { leave, fields } = this.#kind.excess(document);
    const $unset = Object.fromEntries(fields.map((field) => [field, '']));
    const cut = {
      ...(Object.keys(leave).length > 0 && { $pullAll: leave }),
      ...(fields.length > 0 && { $unset }),
    };
    if (Object.keys(cut).length > 0)
      await this.#collection.updateOne(identity, cut as unknown as UpdateFilter<SubjectDocument>);
    if (document.counted.length <= MOST_COUNTED) return;
    const { counted, generation, last_seen: at } = document;
    await noteMoved(
      this.#db,
      counted.map((digest) => ({ digest, at })),
    );
    const moved = { $set: { generation: token(), touched: token() }, $pullAll: { counted } };
    await this.#collection.updateOne(
      { ...identity, generation },
      moved as unknown as UpdateFilter<SubjectDocument>,
    );
  }

  #identify([first]: OfOne<Report>): { readonly _id: string } {
    return this.#kind.identify(first as Report);
  }
}

/** By digest, those that were not counted; of one id the first. */
function freshOf<Report extends MemoryReport>(
  reports: OfOne<Report>,
  counted: readonly string[],
  moved: ReadonlySet<string>,
): ReadonlyMap<string, Report> {
  const known = new Set(counted);
  const fresh = new Map<string, Report>();
  for (const report of reports) {
    const digest = reportDigest(report.report);
    if (!known.has(digest) && !moved.has(digest) && !fresh.has(digest)) fresh.set(digest, report);
  }
  return fresh;
}
