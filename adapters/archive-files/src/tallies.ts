import type { DatabaseSync } from 'node:sqlite';
import type { Timestamp } from '@aegis/model';
import type { Candidate } from './candidate.ts';

export const HOUR_MS = 3_600_000;

/** What is counted by the hour: sessions for each value of it, except `requests`, which sums them under ''. */
export type TallyKind = 'level' | 'tool' | 'country' | 'type' | 'technique' | 'requests';

export function hourOf(at: Timestamp): Timestamp {
  return Math.floor(at / HOUR_MS) * HOUR_MS;
}

/**
 * Counts by the hour, kept in the transaction that keeps the sessions, so that statistics over a month need not
 * read a month of rows (5 microseconds each, measured). Gathers a batch, then writes each changed count once.
 */
export class Tallies {
  readonly #db: DatabaseSync;
  readonly #counts = new Map<string, { hour: number; kind: TallyKind; value: string; n: number }>();
  readonly #sources = new Map<string, { hour: number; peer: Uint8Array; n: number; risk: number }>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  add({ record, start, peer }: Candidate): void {
    const hour = hourOf(start);
    const { tool_name } = record.user_agent_info;
    const { country } = record.threat_intelligence;
    this.#count(hour, 'level', record.threat_level);
    this.#count(hour, 'requests', '', record.request_count);
    if (tool_name !== undefined) this.#count(hour, 'tool', tool_name);
    if (country !== undefined) this.#count(hour, 'country', country);
    for (const type of new Set(record.attack_types)) this.#count(hour, 'type', type);
    for (const technique of new Set(record.attack_patterns.mitre_attack))
      this.#count(hour, 'technique', technique);
    const key = `${hour} ${record.peer_ip}`;
    const source = this.#sources.get(key) ?? { hour, peer, n: 0, risk: 0 };
    this.#sources.set(key, { ...source, n: source.n + 1, risk: Math.max(source.risk, record.risk_score) });
  }

  #count(hour: number, kind: TallyKind, value: string, by: number = 1): void {
    const key = `${hour} ${kind} ${value}`;
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { hour, kind, value, n: by });
    else known.n += by;
  }

  flush(): void {
    const count = this.#db.prepare(
      `INSERT INTO tally (hour, kind, value, n) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET n = n + excluded.n`,
    );
    for (const { hour, kind, value, n } of this.#counts.values()) count.run(hour, kind, value, n);
    const source = this.#db.prepare(
      `INSERT INTO source_tally (hour, peer, sessions, max_risk) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET sessions = sessions + excluded.sessions, max_risk = max(max_risk, excluded.max_risk)`,
    );
    for (const { hour, peer, n, risk } of this.#sources.values()) source.run(hour, peer, n, risk);
    this.#counts.clear();
    this.#sources.clear();
  }
}

/** Counts the hours of from <= start < to again from the sessions; both are whole hours. */
export function recount(db: DatabaseSync, from: Timestamp, to: Timestamp): void {
  for (const table of ['tally', 'source_tally']) {
    db.prepare(`DELETE FROM ${table} WHERE hour >= ? AND hour < ?`).run(from, to);
  }
  // Starts may lie before 1970, where SQLite's remainder is negative and division would round up.
  const hour = `start - ((start % ${HOUR_MS}) + ${HOUR_MS}) % ${HOUR_MS}`;
  const sessions = 'FROM session WHERE start >= ?1 AND start < ?2';
  db.prepare(
    `INSERT INTO tally (hour, kind, value, n)
     SELECT ${hour} AS hour, 'level', level, count(*) ${sessions} GROUP BY 1, 3
     UNION ALL SELECT ${hour}, 'requests', '', sum(requests) ${sessions} GROUP BY 1
     UNION ALL SELECT ${hour}, 'tool', tool, count(*) ${sessions} AND tool IS NOT NULL GROUP BY 1, 3
     UNION ALL SELECT ${hour}, 'country', country, count(*) ${sessions} AND country IS NOT NULL GROUP BY 1, 3
     UNION ALL SELECT ${hour}, kind, value, count(*) FROM session_label
               WHERE start >= ?1 AND start < ?2 GROUP BY 1, 2, 3`,
  ).run(from, to);
  db.prepare(
    `INSERT INTO source_tally (hour, peer, sessions, max_risk)
     SELECT ${hour} AS hour, peer, count(*), max(score) ${sessions} GROUP BY 1, 2`,
  ).run(from, to);
}
