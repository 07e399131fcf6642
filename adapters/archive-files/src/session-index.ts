import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { SessionRecord } from '@aegis/model';
import type { Candidate } from './candidate.ts';
import type { Span } from './session-files.ts';
import { Tallies } from './tallies.ts';

/** Writes index rows. Made for one batch in one transaction, and finished with {@link SessionIndex.finish}. */
export class SessionIndex {
  readonly #db: DatabaseSync;
  readonly #exists: StatementSync;
  readonly #session: StatementSync;
  readonly #label: StatementSync;
  readonly #body: StatementSync;
  readonly #tallies: Tallies;
  readonly #days = new Map<string, number>();

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#exists = db.prepare('SELECT 1 FROM session WHERE uuid = ?');
    this.#session = db.prepare(
      `INSERT INTO session (uuid, start, file, offset, bytes, peer, agent, level, score, requests,
                            owner, tool, country, snare)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#label = db.prepare(
      'INSERT OR IGNORE INTO session_label (kind, value, start, session) VALUES (?, ?, ?, ?)',
    );
    this.#body = db.prepare('INSERT INTO session_body (session, json) VALUES (?, ?)');
    this.#tallies = new Tallies(db);
  }

  has(uuid: string): boolean {
    return this.#exists.get(uuid) !== undefined;
  }

  /** `place` says where the record stands; without one it is kept in the index itself. */
  add(added: Candidate, place?: { readonly file: number; readonly span: Span }): void {
    const { record, json, start, day, peer } = added;
    const row: SQLInputValue[] = [
      record.sess_uuid,
      start,
      place?.file ?? null,
      place?.span.offset ?? 0,
      place?.span.bytes ?? Buffer.byteLength(json),
      peer,
      record.user_agent.toLowerCase(),
      record.threat_level,
      record.risk_score,
      record.request_count,
      likeliestOwner(record),
      record.user_agent_info.tool_name ?? null,
      record.threat_intelligence.country ?? null,
      record.snare_uuid ?? null,
    ];
    const id = Number(this.#session.run(...row).lastInsertRowid);
    for (const type of record.attack_types) this.#label.run('type', type, start, id);
    for (const technique of record.attack_patterns.mitre_attack)
      this.#label.run('technique', technique, start, id);
    if (place === undefined) this.#body.run(id, json);
    this.#tallies.add(added);
    this.#days.set(day, (this.#days.get(day) ?? 0) + 1);
  }

  /** Writes what was counted. */
  finish(): void {
    this.#tallies.flush();
    for (const [day, sessions] of this.#days) countDay(this.#db, day, sessions);
    this.#days.clear();
  }
}

/** Counts `change` sessions to the day, and marks its statistics file stale. */
export function countDay(db: DatabaseSync, day: string, change: number): void {
  db.prepare(
    `INSERT INTO day (day, sessions, version) VALUES (?, ?, 1)
     ON CONFLICT DO UPDATE SET sessions = sessions + excluded.sessions, version = version + 1`,
  ).run(day, change);
}

function likeliestOwner(record: SessionRecord): string | null {
  const owners = Object.entries(record.possible_owners).filter(([, share]) => share > 0);
  return owners.toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}
