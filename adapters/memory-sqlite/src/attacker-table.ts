import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Address, Attacker, AttackType, Timestamp } from '@aegis/model';
import type { AttackerReport, MemoryQuery } from '@aegis/ports';
import { FIELD, type MemberSets } from './member-sets.ts';

interface AttackerRow {
  readonly seq: number;
  readonly address: Address;
  readonly first_seen: Timestamp;
  readonly last_seen: Timestamp;
  readonly sessions: number;
  readonly threat_score: number;
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
      VALUES (:address, :at, :at, 1, :threatScore)
      ON CONFLICT DO UPDATE SET
        first_seen = min(first_seen, excluded.first_seen),
        last_seen = max(last_seen, excluded.last_seen),
        sessions = sessions + 1,
        threat_score = max(threat_score, excluded.threat_score)
      RETURNING seq`);
    this.#byAddress = db.prepare('SELECT * FROM attacker WHERE address = ?');
    this.#recent = db.prepare(
      'SELECT * FROM attacker WHERE last_seen >= ? ORDER BY last_seen DESC, address LIMIT ?',
    );
    this.#old = db.prepare('SELECT seq FROM attacker WHERE last_seen < ? LIMIT ?');
    this.#remove = db.prepare('DELETE FROM attacker WHERE seq = ?');
  }

  merge({ node, at, address, threatScore, attackTypes, tools }: AttackerReport): void {
    const { seq } = this.#merge.get({ address, at, threatScore }) as { readonly seq: number };
    this.#members.add(seq, FIELD.attackerType, attackTypes);
    this.#members.add(seq, FIELD.attackerTool, tools);
    this.#members.add(seq, FIELD.attackerNode, [node]);
  }

  get(address: Address): Attacker | undefined {
    const row = this.#byAddress.get(address) as unknown as AttackerRow | undefined;
    return row === undefined ? undefined : this.#attacker(row);
  }

  recent({ limit, seenSince = Number.MIN_SAFE_INTEGER }: MemoryQuery): readonly Attacker[] {
    const rows = this.#recent.all(seenSince, limit) as unknown as readonly AttackerRow[];
    return rows.map((row) => this.#attacker(row));
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

  #attacker(row: AttackerRow): Attacker {
    return {
      address: row.address,
      firstSeen: row.first_seen,
      lastSeen: row.last_seen,
      sessions: row.sessions,
      threatScore: row.threat_score,
      attackTypes: this.#members.values<AttackType>(row.seq, FIELD.attackerType),
      tools: this.#members.values(row.seq, FIELD.attackerTool),
      nodes: this.#members.values(row.seq, FIELD.attackerNode),
    };
  }
}
