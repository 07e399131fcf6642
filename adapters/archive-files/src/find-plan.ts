import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { AegisError } from '@aegis/model';
import type { SessionQuery } from '@aegis/ports';
import { keyRange } from './address-key.ts';
import { PLACE_COLUMNS } from './record-reader.ts';

/** Where a page ended. */
export interface Position {
  readonly start: number;
  readonly uuid: string;
}

/** Rows come in the order of `find`, with `fits` 0 where a condition without an index does not hold. */
export interface FindPlan {
  readonly sql: string;
  /** All but the last one, the limit. */
  readonly parameters: readonly SQLInputValue[];
}

interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** A condition by which sessions can be walked through: the few rows it leaves, or an index in time order. */
interface Way extends Condition {
  /** What is read, in place of the whole table. */
  readonly from: string;
  /** What to count to know how few they are. */
  readonly counted: string;
  /** Whether its index also has them in the order of their starts. */
  readonly inOrder: boolean;
}

/** Up to this many rows are cheap to sort; above it only an index in the right order is walked. */
const FEW = 5_000;

/**
 * Chooses what to walk by counting, at most FEW each, what every indexed condition leaves: an address that is in
 * one session of a million is looked up, one that is in most of them is met on the way through time. The other
 * conditions are looked at row by row, so that a call may stop after so many rows instead of reading them all.
 */
export function planFind(db: DatabaseSync, query: SessionQuery): FindPlan {
  const ways = waysOf(query);
  const { cursor: _, ...range } = query;
  const time = timeConditions(query, 'session.start');
  const best = ways
    .map((way) => ({ way, rows: countUpTo(db, way, timeConditions(range, startOf(way))) }))
    .filter(({ way, rows }) => way.inOrder || rows <= FEW)
    .toSorted((a, b) => a.rows - b.rows)[0]?.way;
  const rest = [...ways.filter((way) => way !== best).map(withoutIndex), ...scoreConditions(query)];
  const start = best === undefined ? 'session.start' : startOf(best);
  const walked = best === undefined ? time : [best, ...timeConditions(query, start)];
  const fits = rest.length === 0 ? '1' : rest.map(({ sql }) => `(${sql})`).join(' AND ');
  const where = walked.length === 0 ? 'true' : walked.map(({ sql }) => `(${sql})`).join(' AND ');
  return {
    sql: `SELECT ${PLACE_COLUMNS}, session.start, session.agent, ${fits} AS fits
          FROM ${best?.from ?? 'session INDEXED BY session_start'}
          WHERE ${where} ORDER BY ${start} DESC, session.uuid LIMIT ?`,
    parameters: [...rest, ...walked].flatMap(({ values }) => values),
  };
}

function waysOf(query: SessionQuery): readonly Way[] {
  const ways: Way[] = [];
  const equal = (column: string, value: string | undefined): void => {
    if (value === undefined) return;
    const from = `session INDEXED BY session_${column}`;
    ways.push({ sql: `session.${column} = ?`, values: [value], from, counted: from, inOrder: true });
  };
  if (query.attackType !== undefined) {
    const from = 'session_label AS label CROSS JOIN session ON session.id = label.session';
    const sql = "label.kind = 'type' AND label.value = ?";
    ways.push({ sql, values: [query.attackType], from, counted: 'session_label AS label', inOrder: true });
  }
  if (query.peer !== undefined) ways.push(peerWay(query.peer));
  equal('level', query.level);
  equal('owner', query.owner);
  equal('country', query.country?.toUpperCase());
  equal('snare', query.snareUuid);
  return ways;
}

function peerWay(peer: string): Way {
  const range = keyRange(peer);
  if (range === undefined)
    throw new AegisError('bad_query', `${JSON.stringify(peer)} is no address or prefix`);
  const { first, last } = range;
  const from = 'session INDEXED BY session_peer';
  const isOne = Buffer.compare(first, last) === 0;
  return isOne
    ? { sql: 'session.peer = ?', values: [first], from, counted: from, inOrder: true }
    : { sql: 'session.peer BETWEEN ? AND ?', values: [first, last], from, counted: from, inOrder: false };
}

function startOf({ from }: Way): string {
  return from.startsWith('session_label') ? 'label.start' : 'session.start';
}

/** The label of one session is found by its whole key. */
function withoutIndex(way: Way): Condition {
  if (!way.from.startsWith('session_label')) return way;
  const label = "SELECT 1 FROM session_label AS label WHERE label.kind = 'type' AND label.value = ?";
  const sql = `EXISTS (${label} AND label.start = session.start AND label.session = session.id)`;
  return { sql, values: way.values };
}

function timeConditions({ cursor, from, to }: SessionQuery, start: string): readonly Condition[] {
  const conditions: Condition[] = [];
  if (cursor !== undefined) {
    const after = parseCursor(cursor);
    conditions.push({
      sql: `${start} <= ? AND (${start} < ? OR session.uuid > ?)`,
      values: [after.start, after.start, after.uuid],
    });
  }
  if (from !== undefined) conditions.push({ sql: `${start} >= ?`, values: [from] });
  if (to !== undefined) conditions.push({ sql: `${start} < ?`, values: [to] });
  return conditions;
}

function scoreConditions({ minScore, maxScore }: SessionQuery): readonly Condition[] {
  const conditions: Condition[] = [];
  if (minScore !== undefined) conditions.push({ sql: 'session.score >= ?', values: [minScore] });
  if (maxScore !== undefined) conditions.push({ sql: 'session.score <= ?', values: [maxScore] });
  return conditions;
}

function countUpTo(db: DatabaseSync, way: Way, time: readonly Condition[]): number {
  const conditions = [way, ...time];
  const where = conditions.map(({ sql }) => `(${sql})`).join(' AND ');
  const row = db
    .prepare(`SELECT count(*) AS n FROM (SELECT 1 FROM ${way.counted} WHERE ${where} LIMIT ${FEW + 1})`)
    .get(...conditions.flatMap(({ values }) => values));
  return Number(row?.n);
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
