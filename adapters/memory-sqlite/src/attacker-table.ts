import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Address, Attacker, AttackType, Timestamp } from '@aegis/model';
import type { AttackerReport, MemoryQuery } from '@aegis/ports';
import { FIELD, type Field, type MemberSets } from './member-sets.ts';

interface AttackerRow {
  readonly address: Address;
  readonly first_seen: Timestamp;
  readonly last_seen: Timestamp;
  readonly sessions: number;
  readonly threat_score: number;
  /** The sets, as JSON in order. */
  readonly types: string;
  readonly tools: string;
  readonly nodes: string;
}

const FIELDS = [FIELD.attackerType, FIELD.attackerTool, FIELD.attackerNode];

/** Attackers. Each method runs within the caller's transaction or read. */
export class AttackerTable {
  readonly #members: MemberSets;
  readonly #merge: StatementSync;
  readonly #byAddress: StatementSync;
  readonly #recent: StatementSync;
  readonly #old: StatementSync;
  readonly #remove: StatementSync;

  constructor(db: DatabaseSync, members: MemberSets) {
    this.#members = members;
    this.#merge = db.prepare(`
      INSERT INTO attacker (address, first_seen, last_seen, sessions, threat_score)
      VALUES (:address, :firstSeen, :lastSeen, :sessions, :threatScore)
      ON CONFLICT DO UPDATE SET
        first_seen = min(first_seen, excluded.first_seen),
        last_seen = max(last_seen, excluded.last_seen),
        sessions = sessions + excluded.sessions,
        threat_score = max(threat_score, excluded.threat_score)
      RETURNING seq`);
    const set = (field: Field): string => `(
      SELECT json_group_array(value ORDER BY value) FROM member WHERE subject = seq AND field = ${field})`;
    const attacker = `
      SELECT address, first_seen, last_seen, sessions, threat_score,
        ${set(FIELD.attackerType)} AS types, ${set(FIELD.attackerTool)} AS tools, ${set(FIELD.attackerNode)} AS nodes
      FROM attacker`;
    this.#byAddress = db.prepare(`${attacker} WHERE address = ?`);
    this.#recent = db.prepare(`${attacker} WHERE last_seen >= ? ORDER BY last_seen DESC, address LIMIT ?`);
    this.#old = db.prepare('SELECT seq FROM attacker WHERE last_seen < ? LIMIT ?');
    this.#remove = db.prepare('DELETE FROM attacker WHERE seq = ?');
  }

  /** Of one address, at least one. */
  merge(reports: readonly AttackerReport[]): void {
    const { address } = reports[0] as AttackerReport;
    let firstSeen = Number.POSITIVE_INFINITY;
    let lastSeen = Number.NEGATIVE_INFINITY;
    let threatScore = Number.NEGATIVE_INFINITY;
    for (const report of reports) {
      firstSeen = Math.min(firstSeen, report.at);
      lastSeen = Math.max(lastSeen, report.at);
      threatScore = Math.max(threatScore, report.threatScore);
    }
    const single = { address, firstSeen, lastSeen, sessions: reports.length, threatScore };
    const { seq } = this.#merge.get(single) as { readonly seq: number };
    this.#members.add(seq, FIELD.attackerType, new Set(reports.flatMap((report) => report.attackTypes)));
    this.#members.add(seq, FIELD.attackerTool, new Set(reports.flatMap((report) => report.tools)));
    this.#members.add(seq, FIELD.attackerNode, new Set(reports.map((report) => report.node)));
  }

  get(address: Address): Attacker | undefined {
    const row = this.#byAddress.get(address) as unknown as AttackerRow | undefined;
    return row === undefined ? undefined : attackerOf(row);
  }

  recent({ limit, seenSince = Number.MIN_SAFE_INTEGER }: MemoryQuery): readonly Attacker[] {
    const rows = this.#recent.all(seenSince, limit) as unknown as readonly AttackerRow[];
    return rows.map((row) => attackerOf(row));
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
}

function attackerOf(row: AttackerRow): Attacker {
  return {
    address: row.address,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    sessions: row.sessions,
    threatScore: row.threat_score,
    attackTypes: JSON.parse(row.types) as readonly AttackType[],
    tools: JSON.parse(row.tools) as readonly string[],
    nodes: JSON.parse(row.nodes) as readonly string[],
  };
}
