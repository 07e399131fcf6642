import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Address, AttackType, Pattern, Timestamp } from '@aegis/model';
import {
  MEMORY_CANDIDATE_LIMIT,
  type MemoryQuery,
  type PatternLikeness,
  type PatternReport,
} from '@aegis/ports';
import { FIELD, type MemberSets } from './member-sets.ts';

interface PatternRow {
  readonly seq: number;
  readonly id: string;
  readonly attack_type: AttackType;
  readonly region: string;
  readonly first_seen: Timestamp;
  readonly last_seen: Timestamp;
  readonly occurrences: number;
  readonly severity: number;
  readonly blocks: number;
}

const FIELDS = [
  FIELD.signature,
  FIELD.patternSource,
  FIELD.patternPort,
  FIELD.patternHour,
  FIELD.patternNode,
];
/** How many patterns with one signature are looked at: bounds the cost of signatures that everyone has. */
const POSTINGS_LIMIT = 1000;
/** Patterns whose likeness is remembered; some kilobytes each. */
const LIKENESSES_KEPT = 2_000;
const HOUR_MS = 3_600_000;

/** Attack patterns. Each method runs within the caller's transaction or read. */
export class PatternTable {
  readonly #members: MemberSets;
  readonly #merge: StatementSync;
  readonly #byId: StatementSync;
  readonly #idOf: StatementSync;
  readonly #recent: StatementSync;
  readonly #old: StatementSync;
  readonly #remove: StatementSync;

  readonly #version: StatementSync;
  /** By seq. A burst of sessions is compared with the same patterns again and again. */
  readonly #likenesses = new Map<number, PatternLikeness>();
  #seenVersion = 0;

  constructor(db: DatabaseSync, members: MemberSets) {
    this.#version = db.prepare('PRAGMA data_version');
    this.#members = members;
    const earlier = '(excluded.first_seen, excluded.first_report) < (first_seen, first_report)';
    this.#merge = db.prepare(`
      INSERT INTO pattern (id, attack_type, region, first_seen, first_report, last_seen, occurrences, severity, blocks)
      VALUES (:id, :attackType, :region, :at, :report, :at, 1, :severity, :blocks)
      ON CONFLICT DO UPDATE SET
        attack_type = iif(${earlier}, excluded.attack_type, attack_type),
        region = iif(${earlier}, excluded.region, region),
        first_seen = min(first_seen, excluded.first_seen),
        first_report = iif(${earlier}, excluded.first_report, first_report),
        last_seen = max(last_seen, excluded.last_seen),
        occurrences = occurrences + 1,
        severity = max(severity, excluded.severity),
        blocks = blocks + excluded.blocks
      RETURNING seq`);
    this.#byId = db.prepare('SELECT * FROM pattern WHERE id = ?');
    this.#idOf = db.prepare('SELECT id FROM pattern WHERE seq = ?');
    this.#recent = db.prepare(
      'SELECT * FROM pattern WHERE last_seen >= ? ORDER BY last_seen DESC, id LIMIT ?',
    );
    this.#old = db.prepare('SELECT seq FROM pattern WHERE last_seen < ? LIMIT ?');
    this.#remove = db.prepare('DELETE FROM pattern WHERE seq = ?');
  }

  merge(of: PatternReport): void {
    const { report, node, at, pattern: id, attackType, region, severity, signatures, source, port } = of;
    const blocks = of.blocked ? 1 : 0;
    const single = { id, attackType, region, at, report, severity, blocks };
    const { seq } = this.#merge.get(single) as { readonly seq: number };
    this.#members.add(seq, FIELD.signature, signatures);
    const known = this.#likenesses.get(seq)?.signatures;
    if (signatures.some((signature) => known?.includes(signature) !== true)) this.#likenesses.delete(seq);
    this.#members.add(seq, FIELD.patternSource, [source]);
    if (port !== undefined) this.#members.add(seq, FIELD.patternPort, [port]);
    this.#members.count(seq, FIELD.patternHour, Math.floor(at / HOUR_MS) % 24);
    this.#members.add(seq, FIELD.patternNode, [node]);
  }

  get(id: string): Pattern | undefined {
    const row = this.#byId.get(id) as unknown as PatternRow | undefined;
    return row === undefined ? undefined : this.#pattern(row);
  }

  recent({ limit, seenSince = Number.MIN_SAFE_INTEGER }: MemoryQuery): readonly Pattern[] {
    const rows = this.#recent.all(seenSince, limit) as unknown as readonly PatternRow[];
    return rows.map((row) => this.#pattern(row));
  }

  sharing(signatures: readonly string[]): readonly PatternLikeness[] {
    this.#forgetWhereChanged();
    const shared = new Map<number, number>();
    for (const signature of new Set(signatures))
      for (const seq of this.#members.withSignature(signature, POSTINGS_LIMIT))
        shared.set(seq, (shared.get(seq) ?? 0) + 1);
    return [...shared]
      .sort(([, a], [, b]) => b - a)
      .slice(0, MEMORY_CANDIDATE_LIMIT)
      .map(([seq]) => this.#likenessOf(seq));
  }

  #likenessOf(seq: number): PatternLikeness {
    const known = this.#likenesses.get(seq);
    if (known !== undefined) return known;
    const { id } = this.#idOf.get(seq) as { readonly id: string };
    const likeness = { id, signatures: this.#members.values<string>(seq, FIELD.signature) };
    if (this.#likenesses.size >= LIKENESSES_KEPT) this.#likenesses.clear();
    this.#likenesses.set(seq, likeness);
    return likeness;
  }

  /** Other processes write too: after one of them did, nothing that was read before counts. */
  #forgetWhereChanged(): void {
    const { data_version: version } = this.#version.get() as { readonly data_version: number };
    if (version !== this.#seenVersion) this.#likenesses.clear();
    this.#seenVersion = version;
  }

  /** Removes up to `limit` that were last seen before this. Returns how many. */
  forget(before: Timestamp, limit: number): number {
    const old = this.#old.all(before, limit) as unknown as readonly { readonly seq: number }[];
    for (const { seq } of old) {
      this.#likenesses.delete(seq);
      this.#members.remove(seq, FIELDS);
      this.#remove.run(seq);
    }
    return old.length;
  }

  #pattern(row: PatternRow): Pattern {
    const hours = Array.from({ length: 24 }, () => 0);
    for (const [hour, count] of this.#members.scores(row.seq, FIELD.patternHour)) hours[Number(hour)] = count;
    return {
      id: row.id,
      attackType: row.attack_type,
      signatures: this.#members.values(row.seq, FIELD.signature),
      firstSeen: row.first_seen,
      lastSeen: row.last_seen,
      occurrences: row.occurrences,
      sources: this.#members.values<Address>(row.seq, FIELD.patternSource),
      ports: this.#members.values(row.seq, FIELD.patternPort),
      severity: row.severity,
      hours,
      blocks: row.blocks,
      nodes: this.#members.values(row.seq, FIELD.patternNode),
      region: row.region,
    };
  }
}
