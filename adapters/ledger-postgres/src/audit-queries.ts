import type { Timestamp } from '@aegis/model';
import type { AuditEntry, AuditQuery } from '@aegis/ports';
import { part, type Sql } from './sql.ts';
import { storedText, toldText } from './stored-text.ts';

export interface AuditRow extends Omit<AuditEntry, 'detail'> {
  readonly number: number;
  /** JSON. */
  readonly detail: string;
}

/** `number` is that of the journal. */
export function auditRow(entry: AuditEntry, number: number): AuditRow {
  const { id, at, actor, action, target, from, result, detail } = entry;
  return {
    number,
    id: storedText(id),
    at,
    actor: storedText(actor),
    action: storedText(action),
    target: storedText(target),
    from: storedText(from),
    result,
    detail: JSON.stringify(detail),
  };
}

export function auditEntryOf(row: AuditRow): AuditEntry {
  return {
    id: toldText(row.id),
    at: row.at,
    actor: toldText(row.actor),
    action: toldText(row.action),
    target: toldText(row.target),
    from: toldText(row.from),
    result: row.result,
    detail: JSON.parse(row.detail) as AuditEntry['detail'],
  };
}

/** Newest first; of one time, the last written first. */
export async function queryAudit(
  sql: Sql,
  { limit, before, actor, action }: AuditQuery,
): Promise<readonly AuditEntry[]> {
  const rows = await sql<AuditRow>`
    SELECT * FROM audit WHERE TRUE
      ${before === undefined ? part`` : part`AND at < ${before}`}
      ${actor === undefined ? part`` : part`AND actor = ${storedText(actor)}`}
      ${action === undefined ? part`` : part`AND action = ${storedText(action)}`}
    ORDER BY at DESC, number DESC LIMIT ${limit}`;
  return rows.map(auditEntryOf);
}

export async function countAudit(sql: Sql, before: Timestamp): Promise<number> {
  const [row] = await sql<{ count: number }>`SELECT count(*) AS count FROM audit WHERE at < ${before}`;
  return row?.count ?? 0;
}
