import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { AegisError, type SessionRecord } from '@aegis/model';
import type { SessionPage, SessionQuery } from '@aegis/ports';
import { keyRange } from './address-key.ts';
import { PLACE_COLUMNS, parseRecord, type RecordReader } from './record-reader.ts';

/** Sessions looked at by one call that searches text no index has; then the page ends early, with its `next`. */
const SCAN_SESSIONS = 20_000;
/** JSON bytes read by one call that searches whole records. */
const SCAN_BYTES = 16 * 1024 * 1024;
const MAX_LIMIT = 500;

interface Position {
  readonly start: number;
  readonly uuid: string;
}

/** Throws AegisError `bad_query` for a cursor, peer or limit that is none. */
export function findSessions(db: DatabaseSync, reader: RecordReader, query: SessionQuery): SessionPage {
  const { limit } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new AegisError('bad_query', `limit is ${limit}; it has to be 1 to ${MAX_LIMIT}`);
  }
  const agent = query.userAgent?.toLowerCase();
  const text = query.text?.toLowerCase();
  const isScan = agent !== undefined || text !== undefined;
  const { sql, parameters } = select(query);
  const sessions: SessionRecord[] = [];
  let last: Position | undefined;
  let scanned = 0;
  let bytes = 0;
  for (const row of db.prepare(sql).iterate(...parameters, isScan ? SCAN_SESSIONS + 1 : limit + 1)) {
    if (
      last !== undefined &&
      (sessions.length === limit || scanned === SCAN_SESSIONS || bytes > SCAN_BYTES)
    ) {
      return { sessions, next: cursorOf(last) };
    }
    scanned++;
    last = { start: Number(row.start), uuid: String(row.uuid) };
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

function select(query: SessionQuery): {
  readonly sql: string;
  readonly parameters: readonly SQLInputValue[];
} {
  const where: string[] = [];
  const parameters: SQLInputValue[] = [];
  const add = (condition: string, ...values: readonly SQLInputValue[]): void => {
    where.push(condition);
    parameters.push(...values);
  };
  // With an attack type its label is the outer loop, whose key is in time order already.
  const byType = query.attackType !== undefined;
  const start = byType ? 'label.start' : 'session.start';
  const from = byType ? 'session_label AS label CROSS JOIN session ON session.id = label.session' : 'session';
  if (query.attackType !== undefined) add("label.kind = 'type' AND label.value = ?", query.attackType);
  if (query.cursor !== undefined) {
    const after = parseCursor(query.cursor);
    add(`${start} <= ? AND (${start} < ? OR session.uuid > ?)`, after.start, after.start, after.uuid);
  }
  if (query.from !== undefined) add(`${start} >= ?`, query.from);
  if (query.to !== undefined) add(`${start} < ?`, query.to);
  if (query.peer !== undefined) {
    const range = keyRange(query.peer);
    if (range === undefined)
      throw new AegisError('bad_query', `${JSON.stringify(query.peer)} is no address or prefix`);
    add('session.peer BETWEEN ? AND ?', range.first, range.last);
  }
  if (query.level !== undefined) add('session.level = ?', query.level);
  if (query.owner !== undefined) add('session.owner = ?', query.owner);
  if (query.country !== undefined) add('session.country = ?', query.country.toUpperCase());
  if (query.snareUuid !== undefined) add('session.snare = ?', query.snareUuid);
  if (query.minScore !== undefined) add('session.score >= ?', query.minScore);
  if (query.maxScore !== undefined) add('session.score <= ?', query.maxScore);
  const sql = `SELECT ${PLACE_COLUMNS}, session.start, session.agent FROM ${from}
     WHERE ${where.length === 0 ? 'true' : where.join(' AND ')} ORDER BY ${start} DESC, session.uuid LIMIT ?`;
  return { sql, parameters };
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

function parseCursor(cursor: string): Position {
  try {
    const [start, uuid] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    if (typeof start === 'number' && typeof uuid === 'string') return { start, uuid };
  } catch {
    // Falls through to the one refusal.
  }
  throw new AegisError('bad_query', 'the cursor is not one that an earlier page gave');
}
