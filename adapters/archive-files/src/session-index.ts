import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { SessionRecord, Timestamp } from '@aegis/model';
import type { Candidate } from './candidate.ts';
import type { Span } from './session-files.ts';
import { type Counted, Tallies } from './tallies.ts';

/** Writes index rows. Made for one batch in one transaction, and finished with {@link SessionIndex.finish}. */
export class SessionIndex {
  readonly #db: DatabaseSync;
  readonly #exists: StatementSync;
  readonly #session: StatementSync;
  readonly #label: StatementSync;
  readonly #body: StatementSync;
  readonly #tallies: Tallies;
  readonly #days = new Map<string, number>();
  readonly #now: Timestamp;

  constructor(db: DatabaseSync, now: Timestamp) {
    this.#db = db;
    this.#now = now;
    this.#exists = db.prepare('SELECT 1 FROM session WHERE uuid = ?');
    this.#session = db.prepare(
      `INSERT INTO session (uuid, start, file, offset, bytes, peer, agent, level, score, requests,
                            snare, owner, tool, country, network, client)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
    const counted = countedOf(added);
    const { level, owner, tool, country, network, client } = counted.columns;
    const row: SQLInputValue[] = [
      record.sess_uuid,
      start,
      place?.file ?? null,
      place?.span.offset ?? 0,
      place?.span.bytes ?? Buffer.byteLength(json),
      peer,
      record.user_agent.toLowerCase(),
      level,
      counted.score,
      counted.requests,
      record.snare_uuid ?? null,
      owner,
      tool,
      country,
      network,
      client,
    ];
    const id = Number(this.#session.run(...row).lastInsertRowid);
    for (const type of record.attack_types) this.#label.run('type', type, start, id);
    for (const technique of record.attack_patterns.mitre_attack)
      this.#label.run('technique', technique, start, id);
    if (place === undefined) this.#body.run(id, json);
    this.#tallies.add(counted);
    this.#days.set(day, (this.#days.get(day) ?? 0) + 1);
  }

  /** Writes what was counted. */
  finish(): void {
    this.#tallies.flush();
    for (const [day, sessions] of this.#days) countDay(this.#db, day, sessions, this.#now);
    this.#days.clear();
  }
}

/** Counts `change` sessions to the day, and marks its statistics file stale. `now` where something was added. */
export function countDay(db: DatabaseSync, day: string, change: number, now: Timestamp = 0): void {
  db.prepare(
    `INSERT INTO day (day, sessions, version, touched) VALUES (?, ?, 1, ?)
     ON CONFLICT DO UPDATE SET sessions = sessions + excluded.sessions, version = version + 1,
                               touched = max(touched, excluded.touched)`,
  ).run(day, change, now);
}

function countedOf({ record, start, peer }: Candidate): Counted {
  const { country, asn, as_name } = record.threat_intelligence;
  return {
    start,
    peer,
    score: record.risk_score,
    requests: record.request_count,
    columns: {
      level: record.threat_level,
      tool: record.user_agent_info.tool_name ?? null,
      country: country ?? null,
      owner: likeliestOwner(record),
      network: asn === undefined ? null : `AS${asn} ${as_name ?? ''}`.trimEnd(),
      client: record.user_agent_info.kind,
    },
    types: record.attack_types,
    techniques: record.attack_patterns.mitre_attack,
  };
}

function likeliestOwner(record: SessionRecord): string | null {
  const owners = Object.entries(record.possible_owners).filter(([, share]) => share > 0);
  return owners.toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}
