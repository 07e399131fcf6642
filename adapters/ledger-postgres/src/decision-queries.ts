import { AegisError, type Decision, type Timestamp } from '@aegis/model';
import type { DecisionEvent, DecisionPage, DecisionQuery } from '@aegis/ports';
import { type DecisionRow, decisionOf, decisionStandingOf } from './decision-rows.ts';
import { part, type Sql } from './sql.ts';
import { readHistories, standingOf } from './standings.ts';
import { storedText, toldText } from './stored-text.ts';

export async function decisionsInForce(sql: Sql, at: Timestamp): Promise<readonly Decision[]> {
  const rows = await sql<DecisionRow>`
    SELECT found.* FROM generate_series(1, 53) AS bits CROSS JOIN LATERAL (
      SELECT * FROM decision
      WHERE length_bits = bits AND start > ${at}::BIGINT - (1::BIGINT << bits) AND start <= ${at}::BIGINT
        AND ends > ${at}::BIGINT
    ) AS found`;
  const revised = rows.filter(({ expiry_revised }) => expiry_revised !== null && expiry_revised > at);
  const histories = await readHistories(
    sql,
    revised.map(({ id }) => id),
  );
  const asThen = new Map(
    histories
      .map(
        (history) => standingOf(history.filter((event) => event.kind === 'made' || event.at <= at)).decision,
      )
      .map((decision) => [decision.id, decision]),
  );
  return rows
    .map(decisionOf)
    .map((decision) => asThen.get(decision.id) ?? decision)
    .sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
}

export async function decisionHistory(sql: Sql, id: string): Promise<readonly DecisionEvent[]> {
  const [history = []] = await readHistories(sql, [storedText(id)]);
  // Clocks of two nodes may differ: of one time, the making comes first.
  return history.toSorted((a, b) => a.at - b.at || Number(b.kind === 'made') - Number(a.kind === 'made'));
}

/** One page, newest first: by creation, then by id, both descending. */
export async function queryDecisions(sql: Sql, query: DecisionQuery): Promise<DecisionPage> {
  const { limit, cursor, scope, value, action, origin, inForceAt } = query;
  const before = cursor === undefined ? undefined : parseCursor(cursor);
  const rows = await sql<DecisionRow>`
    SELECT * FROM decision WHERE TRUE
      ${scope === undefined ? part`` : part`AND scope = ${scope}`}
      ${value === undefined ? part`` : part`AND value = ${storedText(value)}`}
      ${action === undefined ? part`` : part`AND action = ${action}`}
      ${origin === undefined ? part`` : part`AND origin = ${storedText(origin)}`}
      ${inForceAt === undefined ? part`` : part`AND start <= ${inForceAt} AND ends > ${inForceAt}`}
      ${before === undefined ? part`` : part`AND (created, id) < (${before.created}, ${before.id})`}
    ORDER BY created DESC, id DESC LIMIT ${limit + 1}`;
  const page = rows.slice(0, limit);
  const decisions = page.map(decisionStandingOf);
  const last = page.at(-1);
  return rows.length > page.length && last !== undefined
    ? { decisions, next: cursorOf(last) }
    : { decisions };
}

function cursorOf({ created, id }: DecisionRow): string {
  return Buffer.from(`${created} ${toldText(id)}`).toString('base64url');
}

function parseCursor(cursor: string): { readonly created: Timestamp; readonly id: string } {
  const [, created, id] = /^(-?\d{1,16}) (.+)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (created === undefined || id === undefined)
    throw new AegisError('bad_cursor', 'this is not the `next` of a page; leave it out to start again');
  return { created: Number(created), id: storedText(id) };
}
