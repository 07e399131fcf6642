import type { DatabaseSync } from 'node:sqlite';
import { AegisError, type SessionRecord } from '@aegis/model';
import type { SessionPage, SessionQuery } from '@aegis/ports';
import { type Position, planFind } from './find-plan.ts';
import { parseRecord, type RecordReader } from './record-reader.ts';

/** Sessions looked at by one call; then the page ends early, with its `next`. */
const SCAN_SESSIONS = 20_000;
/** JSON bytes read by one call that searches whole records. */
const SCAN_BYTES = 16 * 1024 * 1024;
const MAX_LIMIT = 500;

/** Throws AegisError `bad_query` for a cursor, peer or limit that is none. */
export function findSessions(db: DatabaseSync, reader: RecordReader, query: SessionQuery): SessionPage {
  const { limit } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new AegisError('bad_query', `limit is ${limit}; it has to be 1 to ${MAX_LIMIT}`);
  }
  const agent = query.userAgent?.toLowerCase();
  const text = query.text?.toLowerCase();
  const { sql, parameters } = planFind(db, query);
  const sessions: SessionRecord[] = [];
  let last: Position | undefined;
  let scanned = 0;
  let bytes = 0;
  for (const row of db.prepare(sql).iterate(...parameters, SCAN_SESSIONS + 1)) {
    if (
      last !== undefined &&
      (sessions.length === limit || scanned === SCAN_SESSIONS || bytes > SCAN_BYTES)
    ) {
      return { sessions, next: cursorOf(last) };
    }
    scanned++;
    last = { start: Number(row.start), uuid: String(row.uuid) };
    if (row.fits === 0) continue;
    if (agent !== undefined && !String(row.agent).includes(agent)) continue;
    const json = reader.json(db, row);
    if (text !== undefined) {
      bytes += Number(row.bytes);
      if (!json.toLowerCase().includes(escaped(text))) continue;
    }
    const record = parseRecord(json, row);
    if (text === undefined || mentions(record, text)) sessions.push(record);
  }
  return { sessions };
}

/**
 * The text as it stands in JSON. A record without it there cannot mention the text, and need not be parsed; one
 * with it may still not: an `n` is also found in the escaped line feed.
 */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1).toLowerCase();
}

/** Whether a name or value anywhere in it contains the text, which is in lower case. */
function mentions(value: unknown, text: string): boolean {
  if (typeof value === 'string') return value.toLowerCase().includes(text);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).some(
      ([name, part]) => (!Array.isArray(value) && mentions(name, text)) || mentions(part, text),
    );
  }
  return String(value).includes(text);
}

function cursorOf({ start, uuid }: Position): string {
  return Buffer.from(JSON.stringify([start, uuid])).toString('base64url');
}
