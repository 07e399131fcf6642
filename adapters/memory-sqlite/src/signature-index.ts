import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { MEMORY_CANDIDATE_LIMIT, type PatternLikeness } from '@aegis/ports';
import { FIELD, type MemberSets } from './member-sets.ts';
import type { SignatureChanges } from './signature-changes.ts';

/** How many patterns with one signature are looked at: bounds the cost of signatures that everyone has. */
const POSTINGS_LIMIT = 1_000;
/** Postings of all signatures that are kept in memory, 8 bytes each at most. */
const POSTINGS_KEPT = 1_000_000;
/** Patterns whose likeness is kept in memory; about a kilobyte each. */
const LIKENESSES_KEPT = 20_000;

/**
 * Which patterns have a signature: an inverted index in memory, read from the file signature by signature as they
 * are asked for, and kept up with what is written there, by whichever process. Runs outside transactions.
 */
export class SignatureIndex {
  readonly #members: MemberSets;
  readonly #changes: SignatureChanges;
  readonly #idOf: StatementSync;
  /** Patterns in the order of their numbers, which is that of their age. */
  readonly #postings = new Map<string, number[]>();
  #postingsKept = 0;
  readonly #likenesses = new Map<number, PatternLikeness>();
  /** The last change that is in it. */
  #upTo: number;
  /** By pattern: how many signatures it shares, while they are counted; all 0 in between. */
  #shared = new Uint16Array(1_024);

  constructor(db: DatabaseSync, members: MemberSets, changes: SignatureChanges) {
    this.#members = members;
    this.#changes = changes;
    this.#idOf = db.prepare('SELECT id FROM pattern WHERE seq = ?');
    this.#upTo = changes.last();
  }

  /** Those that share the most first, of as many the newest. */
  sharing(signatures: readonly string[]): readonly PatternLikeness[] {
    this.#keepUp();
    const found = this.#count(signatures);
    // By how many are shared: what stands at each number are the patterns that share so many.
    const ranks: number[][] = [];
    for (const pattern of found) {
      const rank = this.#shared[pattern] as number;
      this.#shared[pattern] = 0;
      const known = ranks[rank];
      if (known === undefined) ranks[rank] = [pattern];
      else known.push(pattern);
    }
    const candidates: number[] = [];
    for (let rank = ranks.length - 1; rank > 0 && candidates.length < MEMORY_CANDIDATE_LIMIT; rank--) {
      const newest = (ranks[rank] ?? []).sort((a, b) => b - a);
      candidates.push(...newest.slice(0, MEMORY_CANDIDATE_LIMIT - candidates.length));
    }
    return candidates.flatMap((pattern) => this.#likenessOf(pattern) ?? []);
  }

  /** The patterns that share any. */
  #count(signatures: readonly string[]): readonly number[] {
    const found: number[] = [];
    for (const signature of new Set(signatures)) {
      const postings = this.#postingsOf(signature);
      const newest = postings.at(-1) ?? 0;
      if (newest >= this.#shared.length) this.#grow(newest);
      for (const pattern of postings) {
        const before = this.#shared[pattern] as number;
        if (before === 0) found.push(pattern);
        this.#shared[pattern] = before + 1;
      }
    }
    return found;
  }

  #grow(pattern: number): void {
    const grown = new Uint16Array(2 * pattern);
    grown.set(this.#shared);
    this.#shared = grown;
  }

  #postingsOf(signature: string): readonly number[] {
    const known = this.#postings.get(signature);
    if (known !== undefined) return known;
    const postings = [...this.#members.withSignature(signature, POSTINGS_LIMIT)].reverse();
    if (this.#postingsKept > POSTINGS_KEPT) this.#forgetPostings();
    this.#postings.set(signature, postings);
    this.#postingsKept += postings.length + 1;
    return postings;
  }

  /** Undefined where another process has just forgotten it. */
  #likenessOf(pattern: number): PatternLikeness | undefined {
    const known = this.#likenesses.get(pattern);
    if (known !== undefined) return known;
    const row = this.#idOf.get(pattern) as { readonly id: string } | undefined;
    if (row === undefined) return undefined;
    const likeness = { id: row.id, signatures: this.#members.values<string>(pattern, FIELD.signature) };
    if (this.#likenesses.size >= LIKENESSES_KEPT) this.#likenesses.clear();
    this.#likenesses.set(pattern, likeness);
    return likeness;
  }

  #keepUp(): void {
    const last = this.#changes.last();
    if (last === this.#upTo) return;
    const added = this.#changes.addedSince(this.#upTo);
    this.#upTo = last;
    if (added === undefined) {
      this.#forgetPostings();
      this.#likenesses.clear();
      return;
    }
    for (const { pattern, signature } of added) {
      this.#likenesses.delete(pattern);
      const postings = this.#postings.get(signature);
      if (postings === undefined) continue;
      insert(postings, pattern);
      if (postings.length > POSTINGS_LIMIT) postings.shift();
      else this.#postingsKept++;
    }
  }

  #forgetPostings(): void {
    this.#postings.clear();
    this.#postingsKept = 0;
  }
}

/** Mostly at the end: what is added to is mostly new. */
function insert(postings: number[], pattern: number): void {
  let at = postings.length;
  while (at > 0 && (postings[at - 1] as number) > pattern) at--;
  if (postings[at - 1] !== pattern) postings.splice(at, 0, pattern);
}
