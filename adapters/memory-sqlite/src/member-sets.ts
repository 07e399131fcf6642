import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { MEMORY_BOT_LIMIT, MEMORY_SET_LIMIT } from '@aegis/ports';
import type { SignatureChanges } from './signature-changes.ts';

/** The sets of subjects. Written to disk: never renumber one; 6 to 8 were those of attackers. */
export const FIELD = {
  signature: 1,
  patternSource: 2,
  patternPort: 3,
  patternHour: 4,
  patternNode: 5,
  bot: 9,
  ccServerNode: 10,
} as const;
export type Field = (typeof FIELD)[keyof typeof FIELD];

/**
 * Sets of texts or numbers, each member with a score where the set is a map. A set keeps its smallest members
 * up to MEMORY_SET_LIMIT, bots up to MEMORY_BOT_LIMIT: whichever come first, the same are left. Each method runs within the caller's
 * transaction or read.
 */
export class MemberSets {
  readonly #add: StatementSync;
  readonly #raise: StatementSync;
  readonly #count: StatementSync;
  readonly #excess: StatementSync;
  readonly #cut: StatementSync;
  readonly #values: StatementSync;
  readonly #scores: StatementSync;
  readonly #remove: StatementSync;
  readonly #withSignature: StatementSync;
  readonly #changes: SignatureChanges;

  constructor(db: DatabaseSync, changes: SignatureChanges) {
    this.#changes = changes;
    const insert = 'INSERT INTO member (subject, field, value, score) VALUES (?, ?, ?, ?) ON CONFLICT DO';
    this.#add = db.prepare(`${insert} NOTHING`);
    this.#raise = db.prepare(`${insert} UPDATE SET score = max(score, excluded.score)`);
    this.#count = db.prepare(`${insert} UPDATE SET score = score + excluded.score`);
    this.#excess = db.prepare(`
      SELECT value FROM member WHERE subject = ? AND field = ? ORDER BY value LIMIT 1 OFFSET ?`);
    this.#cut = db.prepare('DELETE FROM member WHERE subject = ? AND field = ? AND value >= ?');
    // One row of JSON is read several times faster than a row for each member.
    this.#values = db.prepare(`
      SELECT json_group_array(value ORDER BY value) AS json FROM member WHERE subject = ? AND field = ?`);
    this.#scores = db.prepare(`
      SELECT json_group_array(json_array(value, score)) AS json FROM member WHERE subject = ? AND field = ?`);
    this.#remove = db.prepare('DELETE FROM member WHERE subject = ? AND field = ?');
    this.#withSignature = db.prepare(`
      SELECT json_group_array(subject) AS json FROM (
        SELECT subject FROM member WHERE field = ${FIELD.signature} AND value = ? ORDER BY subject DESC LIMIT ?)`);
  }

  /** Set union. */
  add(subject: number, field: Field, values: Iterable<string | number>): void {
    let hasGrown = false;
    for (const value of values) if (this.#add.run(subject, field, value, 0).changes === 1) hasGrown = true;
    if (hasGrown) this.#trim(subject, field);
  }

  /** Set union of a pattern's signatures, noted in the log of changes. */
  addSignatures(subject: number, signatures: Iterable<string>): void {
    let hasGrown = false;
    for (const signature of signatures) {
      if (this.#add.run(subject, FIELD.signature, signature, 0).changes === 0) continue;
      this.#changes.added(subject, signature);
      hasGrown = true;
    }
    if (hasGrown && this.#trim(subject, FIELD.signature)) this.#changes.removed();
  }

  /** Map union, with the greater score of each member. */
  raise(subject: number, field: Field, scores: Readonly<Record<string, number>>): void {
    for (const [value, score] of Object.entries(scores)) this.#raise.run(subject, field, value, score);
    this.#trim(subject, field);
  }

  /** Adds to the score of a member. The caller bounds which there are. */
  count(subject: number, field: Field, value: number, times: number): void {
    this.#count.run(subject, field, value, times);
  }

  /** Whether anything went. */
  #trim(subject: number, field: Field): boolean {
    const limit = field === FIELD.bot ? MEMORY_BOT_LIMIT : MEMORY_SET_LIMIT;
    const excess = this.#excess.get(subject, field, limit);
    if (excess === undefined) return false;
    this.#cut.run(subject, field, excess.value as string | number);
    return true;
  }

  /** In order. */
  values<T extends string | number>(subject: number, field: Field): readonly T[] {
    return fromJson(this.#values.get(subject, field)) as readonly T[];
  }

  scores(subject: number, field: Field): readonly (readonly [string | number, number])[] {
    return fromJson(this.#scores.get(subject, field)) as readonly (readonly [string | number, number])[];
  }

  remove(subject: number, fields: readonly Field[]): void {
    for (const field of fields) this.#remove.run(subject, field);
    if (fields.includes(FIELD.signature)) this.#changes.removed();
  }

  /** Patterns that have this signature, the newest first. */
  withSignature(signature: string, limit: number): readonly number[] {
    return fromJson(this.#withSignature.get(signature, limit)) as readonly number[];
  }
}

function fromJson(row: unknown): readonly unknown[] {
  return JSON.parse((row as { readonly json: string }).json) as readonly unknown[];
}
