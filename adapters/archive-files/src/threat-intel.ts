import type { DatabaseSync } from 'node:sqlite';
import type { AttackType, Timestamp } from '@aegis/model';
import type { LearnedThreats } from '@aegis/ports';
import { addressOfKey } from './address-key.ts';
import { type LabelKind, labelCounts } from './label-counts.ts';
import { PLACE_COLUMNS, type RecordReader } from './record-reader.ts';

const MAX_SOURCES = 10_000;
/** The newest sessions whose payloads are looked at; each is read from its file. */
const PAYLOAD_SESSIONS = 500;
const MAX_PAYLOADS = 500;
const PAYLOAD_CHARACTERS = 1_000;

/** What sessions since then teach about attackers. */
export function learnedThreats(db: DatabaseSync, reader: RecordReader, since: Timestamp): LearnedThreats {
  return {
    malicious_ips: maliciousSources(db, since),
    attack_types: labels(db, 'type', since),
    techniques: labels(db, 'technique', since),
    payloads: frequentPayloads(db, reader, since),
  };
}

/** Sources of HIGH and CRITICAL sessions, the most dangerous first. */
function maliciousSources(db: DatabaseSync, since: Timestamp): LearnedThreats['malicious_ips'] {
  const rows = db
    .prepare(
      `SELECT peer, count(*) AS sessions, max(score) AS max_risk, min(start) AS first, max(start) AS last,
              max(country) AS country
       FROM session WHERE level IN ('HIGH', 'CRITICAL') AND start >= ?
       GROUP BY peer ORDER BY max_risk DESC, sessions DESC, peer LIMIT ?`,
    )
    .all(since, MAX_SOURCES);
  return rows.map((row) => ({
    peer_ip: addressOfKey(row.peer as Uint8Array),
    ...(row.country !== null && { country: String(row.country) }),
    sessions: Number(row.sessions),
    max_risk: Number(row.max_risk),
    first_seen: iso(row.first),
    last_seen: iso(row.last),
  }));
}

function labels(db: DatabaseSync, kind: LabelKind, since: Timestamp): LearnedThreats['attack_types'] {
  return labelCounts(db, kind, since, Number.MAX_SAFE_INTEGER)
    .toSorted((a, b) => b.sessions - a.sessions)
    .map(({ value, sessions, first, last }) => ({
      name: value,
      sessions,
      first_seen: iso(first),
      last_seen: iso(last),
    }));
}

function frequentPayloads(
  db: DatabaseSync,
  reader: RecordReader,
  since: Timestamp,
): LearnedThreats['payloads'] {
  const rows = db
    .prepare(
      `SELECT ${PLACE_COLUMNS} FROM session
       WHERE start >= ? AND level <> 'INFO' ORDER BY start DESC, uuid LIMIT ?`,
    )
    .all(since, PAYLOAD_SESSIONS);
  const payloads = new Map<string, { attack_type: AttackType; sessions: number; last_seen: string }>();
  for (const row of rows) {
    const { payloads: found, start_time } = reader.record(db, row);
    const texts = new Map(
      found.map((each) => [(each.decoded ?? each.text).slice(0, PAYLOAD_CHARACTERS), each]),
    );
    for (const [text, { attack_type }] of texts) {
      const known = payloads.get(text);
      if (known === undefined) payloads.set(text, { attack_type, sessions: 1, last_seen: start_time });
      else known.sessions++;
    }
  }
  return [...payloads]
    .toSorted(([, a], [, b]) => b.sessions - a.sessions)
    .slice(0, MAX_PAYLOADS)
    .map(([payload, about]) => ({ payload, ...about }));
}

function iso(at: unknown): string {
  return new Date(Number(at)).toISOString();
}
