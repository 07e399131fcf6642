import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Address, Attacker, AttackType, Timestamp } from '@aegis/model';
import type { AttackerReport, MemoryQuery } from '@aegis/ports';
import { joinTexts } from './text-set.ts';

interface AttackerRow {
  readonly seq: number;
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

/** Attackers. Each method runs within the caller's transaction or read. */
export class AttackerTable {
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #byAddress: StatementSync;
  readonly #recent: StatementSync;
  readonly #forget: StatementSync;

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare(`
      INSERT INTO attacker (first_seen, last_seen, sessions, threat_score, types, tools, nodes, address)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#update = db.prepare(`
      UPDATE attacker SET first_seen = ?, last_seen = ?, sessions = ?, threat_score = ?, types = ?, tools = ?, nodes = ?
      WHERE seq = ?`);
    this.#byAddress = db.prepare('SELECT * FROM attacker WHERE address = ?');
    this.#recent = db.prepare(
      'SELECT * FROM attacker WHERE last_seen >= ? ORDER BY last_seen DESC, address LIMIT ?',
    );
    this.#forget = db.prepare(
      'DELETE FROM attacker WHERE seq IN (SELECT seq FROM attacker WHERE last_seen < ? LIMIT ?)',
    );
  }

  /** Of one address, at least one. */
  merge(reports: readonly AttackerReport[]): void {
    const { address } = reports[0] as AttackerReport;
    const known = this.#row(address);
    let firstSeen = known?.first_seen ?? Number.POSITIVE_INFINITY;
    let lastSeen = known?.last_seen ?? Number.NEGATIVE_INFINITY;
    let threatScore = known?.threat_score ?? Number.NEGATIVE_INFINITY;
    for (const report of reports) {
      firstSeen = Math.min(firstSeen, report.at);
      lastSeen = Math.max(lastSeen, report.at);
      threatScore = Math.max(threatScore, report.threatScore);
    }
    const merged = [
      firstSeen,
      lastSeen,
      (known?.sessions ?? 0) + reports.length,
      threatScore,
      joinTexts(
        known?.types ?? '[]',
        reports.flatMap(({ attackTypes }) => attackTypes),
      ),
      joinTexts(
        known?.tools ?? '[]',
        reports.flatMap(({ tools }) => tools),
      ),
      joinTexts(
        known?.nodes ?? '[]',
        reports.map(({ node }) => node),
      ),
    ];
    if (known === undefined) this.#insert.run(...merged, address);
    else this.#update.run(...merged, known.seq);
  }

  get(address: Address): Attacker | undefined {
    const row = this.#row(address);
    return row === undefined ? undefined : attackerOf(row);
  }

  recent({ limit, seenSince = Number.MIN_SAFE_INTEGER }: MemoryQuery): readonly Attacker[] {
    const rows = this.#recent.all(seenSince, limit) as unknown as readonly AttackerRow[];
    return rows.map((row) => attackerOf(row));
  }

  /** Removes up to `limit` that were last seen before this. Returns how many. */
  forget(before: Timestamp, limit: number): number {
    return Number(this.#forget.run(before, limit).changes);
  }

  #row(address: Address): AttackerRow | undefined {
    return this.#byAddress.get(address) as unknown as AttackerRow | undefined;
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
