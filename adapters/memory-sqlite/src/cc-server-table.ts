import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Address, CcServer, Timestamp } from '@aegis/model';
import type { CcServerReport, MemoryQuery } from '@aegis/ports';
import { FIELD, type MemberSets } from './member-sets.ts';

interface CcServerRow {
  readonly seq: number;
  readonly address: Address;
  readonly port: number;
  readonly first_detected: Timestamp;
  readonly last_seen: Timestamp;
  readonly score: number;
  readonly confidence: number;
  readonly blocked: number;
  readonly heartbeat_seconds: number | null;
}

const FIELDS = [FIELD.bot, FIELD.ccServerNode];

/** Command-and-control servers. Each method runs within the caller's transaction or read. */
export class CcServerTable {
  readonly #members: MemberSets;
  readonly #merge: StatementSync;
  readonly #byEndpoint: StatementSync;
  readonly #recent: StatementSync;
  readonly #old: StatementSync;
  readonly #remove: StatementSync;

  constructor(db: DatabaseSync, members: MemberSets) {
    this.#members = members;
    const later = '(excluded.heartbeat_at, excluded.heartbeat_report) > (heartbeat_at, heartbeat_report)';
    this.#merge = db.prepare(`
      INSERT INTO cc_server (address, port, first_detected, last_seen, score, confidence, blocked,
        heartbeat_at, heartbeat_report, heartbeat_seconds)
      VALUES (:address, :port, :at, :at, :score, :confidence, :blocked, :heartbeatAt, :report, :heartbeatSeconds)
      ON CONFLICT DO UPDATE SET
        first_detected = min(first_detected, excluded.first_detected),
        last_seen = max(last_seen, excluded.last_seen),
        score = max(score, excluded.score),
        confidence = max(confidence, excluded.confidence),
        blocked = max(blocked, excluded.blocked),
        heartbeat_at = max(heartbeat_at, excluded.heartbeat_at),
        heartbeat_report = iif(${later}, excluded.heartbeat_report, heartbeat_report),
        heartbeat_seconds = iif(${later}, excluded.heartbeat_seconds, heartbeat_seconds)
      RETURNING seq`);
    this.#byEndpoint = db.prepare('SELECT * FROM cc_server WHERE address = ? AND port = ?');
    this.#recent = db.prepare(
      'SELECT * FROM cc_server WHERE last_seen >= ? ORDER BY last_seen DESC, address, port LIMIT ?',
    );
    this.#old = db.prepare('SELECT seq FROM cc_server WHERE last_seen < ? LIMIT ?');
    this.#remove = db.prepare('DELETE FROM cc_server WHERE seq = ?');
  }

  merge({ report, node, at, address, port, bots, score, confidence, ...of }: CcServerReport): void {
    const blocked = of.blocked ? 1 : 0;
    const heartbeatSeconds = of.heartbeatSeconds ?? null;
    const heartbeatAt = heartbeatSeconds === null ? -1 : at;
    const single = { report, at, address, port, score, confidence, blocked, heartbeatAt, heartbeatSeconds };
    const { seq } = this.#merge.get(single) as { readonly seq: number };
    this.#members.raise(seq, FIELD.bot, bots);
    this.#members.add(seq, FIELD.ccServerNode, [node]);
  }

  get(address: Address, port: number): CcServer | undefined {
    const row = this.#byEndpoint.get(address, port) as unknown as CcServerRow | undefined;
    return row === undefined ? undefined : this.#ccServer(row);
  }

  recent({ limit, seenSince = Number.MIN_SAFE_INTEGER }: MemoryQuery): readonly CcServer[] {
    const rows = this.#recent.all(seenSince, limit) as unknown as readonly CcServerRow[];
    return rows.map((row) => this.#ccServer(row));
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

  #ccServer(row: CcServerRow): CcServer {
    const { address, port, score, confidence, heartbeat_seconds: heartbeatSeconds } = row;
    return {
      address,
      port,
      firstDetected: row.first_detected,
      lastSeen: row.last_seen,
      bots: Object.fromEntries(this.#members.scores(row.seq, FIELD.bot)),
      score,
      confidence,
      blocked: row.blocked === 1,
      nodes: this.#members.values(row.seq, FIELD.ccServerNode),
      ...(heartbeatSeconds === null ? {} : { heartbeatSeconds }),
    };
  }
}
