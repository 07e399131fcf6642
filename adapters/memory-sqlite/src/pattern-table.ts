import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Address, AttackType, Pattern, Timestamp } from '@aegis/model';
import type { MemoryQuery, PatternReport } from '@aegis/ports';
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
const HOUR_MS = 3_600_000;

/** Attack patterns. Each method runs within the caller's transaction or read. */
export class PatternTable {
  readonly #members: MemberSets;
  readonly #merge: StatementSync;
  readonly #byId: StatementSync;
  readonly #recent: StatementSync;
  readonly #old: StatementSync;
  readonly #remove: StatementSync;

  constructor(db: DatabaseSync, members: MemberSets) {
    this.#members = members;
    const earlier = '(excluded.first_seen, excluded.first_report) < (first_seen, first_report)';
    this.#merge = db.prepare(`
      INSERT INTO pattern (id, attack_type, region, first_seen, first_report, last_seen, occurrences, severity, blocks)
      VALUES (:id, :attackType, :region, :firstSeen, :report, :lastSeen, :occurrences, :severity, :blocks)
      ON CONFLICT DO UPDATE SET
        attack_type = iif(${earlier}, excluded.attack_type, attack_type),
        region = iif(${earlier}, excluded.region, region),
        first_seen = min(first_seen, excluded.first_seen),
        first_report = iif(${earlier}, excluded.first_report, first_report),
        last_seen = max(last_seen, excluded.last_seen),
        occurrences = occurrences + excluded.occurrences,
        severity = max(severity, excluded.severity),
        blocks = blocks + excluded.blocks
      RETURNING seq`);
    this.#byId = db.prepare('SELECT * FROM pattern WHERE id = ?');
    this.#recent = db.prepare(
      'SELECT * FROM pattern WHERE last_seen >= ? ORDER BY last_seen DESC, id LIMIT ?',
    );
    this.#old = db.prepare('SELECT seq FROM pattern WHERE last_seen < ? LIMIT ?');
    this.#remove = db.prepare('DELETE FROM pattern WHERE seq = ?');
  }

  /** Of one pattern, at least one. */
  merge(reports: readonly PatternReport[]): void {
    const first = reports.reduce((a, b) => (isEarlier(b, a) ? b : a));
    const { pattern: id, attackType, region, at: firstSeen, report } = first;
    const hours = new Map<number, number>();
    const signatures = new Set<string>();
    const sources = new Set<string>();
    const ports = new Set<number>();
    const nodes = new Set<string>();
    const sums = { lastSeen: firstSeen, severity: first.severity, blocks: 0 };
    for (const each of reports) {
      const hour = Math.floor(each.at / HOUR_MS) % 24;
      hours.set(hour, (hours.get(hour) ?? 0) + 1);
      for (const signature of each.signatures) signatures.add(signature);
      sources.add(each.source);
      if (each.port !== undefined) ports.add(each.port);
      nodes.add(each.node);
      sums.lastSeen = Math.max(sums.lastSeen, each.at);
      sums.severity = Math.max(sums.severity, each.severity);
      if (each.blocked) sums.blocks++;
    }
    const single = { id, attackType, region, firstSeen, report, occurrences: reports.length, ...sums };
    const { seq } = this.#merge.get(single) as { readonly seq: number };
    this.#members.addSignatures(seq, signatures);
    this.#members.add(seq, FIELD.patternSource, sources);
    this.#members.add(seq, FIELD.patternPort, ports);
    for (const [hour, times] of hours) this.#members.count(seq, FIELD.patternHour, hour, times);
    this.#members.add(seq, FIELD.patternNode, nodes);
  }

  get(id: string): Pattern | undefined {
    const row = this.#byId.get(id) as unknown as PatternRow | undefined;
    return row === undefined ? undefined : this.#pattern(row);
  }

  recent({ limit, seenSince = Number.MIN_SAFE_INTEGER }: MemoryQuery): readonly Pattern[] {
    const rows = this.#recent.all(seenSince, limit) as unknown as readonly PatternRow[];
    return rows.map((row) => this.#pattern(row));
  }

  /** Removes up to `limit` that were last seen before this. Returns how many. */
  forget(before: Timestamp, limit: number): number {
    const old = this.#old.all(before, limit) as unknown as readonly { readonly seq: number }[];
    for (const { seq } of old) {
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

/** As the database orders texts: by their bytes. */
function isEarlier(a: PatternReport, b: PatternReport): boolean {
  if (a.at !== b.at) return a.at < b.at;
  return Buffer.compare(Buffer.from(a.report), Buffer.from(b.report)) < 0;
}
