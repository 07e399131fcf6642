import type { DatabaseSync } from 'node:sqlite';
import { AegisError, type Timestamp } from '@aegis/model';
import type { DecisionPage, DecisionQuery } from '@aegis/ports';
import { Conditions } from './conditions.ts';
import { type DecisionRow, decisionStandingOf } from './decision-rows.ts';

/** One page, newest first: by creation, then by id, both descending. */
export function queryDecisions(db: DatabaseSync, query: DecisionQuery): DecisionPage {
  const { limit, cursor, scope, value, action, origin, inForceAt } = query;
  const conditions = new Conditions()
    .where('scope = ?', scope)
    .where('value = ?', value)
    .where('action = ?', action)
    .where('origin = ?', origin)
    .where('start <= ? AND ends > ?', inForceAt, inForceAt);
  if (cursor !== undefined) conditions.where('(created, id) < (?, ?)', ...parseCursor(cursor));
  const rows = db
    .prepare(`SELECT * FROM decision WHERE ${conditions.sql} ORDER BY created DESC, id DESC LIMIT ?`)
    .all(...conditions.values, limit + 1) as unknown as readonly DecisionRow[];
  const page = rows.slice(0, limit);
  const decisions = page.map(decisionStandingOf);
  const last = page.at(-1);
  return rows.length > page.length && last !== undefined
    ? { decisions, next: cursorOf(last) }
    : { decisions };
}

function cursorOf({ created, id }: DecisionRow): string {
  return Buffer.from(`${created} ${id}`).toString('base64url');
}

function parseCursor(cursor: string): readonly [Timestamp, string] {
  const [, created, id] = /^(-?\d{1,16}) (.+)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (created === undefined || id === undefined)
    throw new AegisError('bad_cursor', 'this is not the `next` of a page; leave it out to start again');
  return [Number(created), id];
}
