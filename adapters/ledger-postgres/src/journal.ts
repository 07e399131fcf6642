import type { JournalEntry, PolicyVersion } from '@aegis/ports';
import { type AuditRow, auditEntryOf } from './audit-queries.ts';
import { type EventRow, eventOf } from './decision-rows.ts';
import { policyOf } from './policies.ts';
import type { Sql } from './sql.ts';
import { toldText } from './stored-text.ts';

type JournalRow = Pick<JournalEntry, 'number' | 'kind' | 'id' | 'at'>;

/** Entries after that number, with their records. */
export async function readJournal(sql: Sql, after: number, limit: number): Promise<readonly JournalEntry[]> {
  const rows = await sql<JournalRow>`
    SELECT number, kind, id, at FROM journal WHERE number > ${after} ORDER BY number LIMIT ${limit}`;
  const of = (kind: JournalEntry['kind']): readonly JournalRow[] => rows.filter((row) => row.kind === kind);
  const audit = await readAudit(sql, of('audit'));
  const events = await readEvents(sql, of('decision'));
  const policies = await readPolicies(sql, of('policy'));
  return rows.map(({ number, kind, id: stored, at }): JournalEntry => {
    const id = toldText(stored);
    if (kind === 'audit') return { number, kind, id, at, ...told(audit.get(number)) };
    if (kind === 'decision') return { number, kind, id, at, ...told(events.get(number)) };
    return { number, kind, id, at, ...told(policies.get(stored)) };
  });
}

/** By number; the times name the partitions to look in. */
async function readAudit(sql: Sql, rows: readonly JournalRow[]) {
  if (rows.length === 0) return new Map<number, never>();
  const found = await sql<AuditRow>`
    SELECT * FROM audit WHERE at = ANY(${times(rows)}::BIGINT[]) AND number = ANY(${numbers(rows)}::BIGINT[])`;
  return new Map(found.map((row) => [row.number, auditEntryOf(row)]));
}

async function readEvents(sql: Sql, rows: readonly JournalRow[]) {
  if (rows.length === 0) return new Map<number, never>();
  const found = await sql<EventRow>`
    SELECT * FROM decision_event
    WHERE at = ANY(${times(rows)}::BIGINT[]) AND number = ANY(${numbers(rows)}::BIGINT[])`;
  return new Map(found.map((row) => [row.number, eventOf(row)]));
}

/** By the id in the journal. */
async function readPolicies(sql: Sql, rows: readonly JournalRow[]) {
  if (rows.length === 0) return new Map<string, never>();
  const found = await sql<PolicyVersion>`
    SELECT * FROM policy WHERE name || '@' || version = ANY(${rows.map(({ id }) => id)}::TEXT[])`;
  return new Map(found.map((row) => [`${row.name}@${row.version}`, policyOf(row)]));
}

function times(rows: readonly JournalRow[]): number[] {
  return [...new Set(rows.map(({ at }) => at))];
}

function numbers(rows: readonly JournalRow[]): number[] {
  return rows.map(({ number }) => number);
}

function told<Record>(record: Record | undefined): { readonly record?: Record } {
  return record === undefined ? {} : { record };
}

export async function readStrays(sql: Sql, limit: number): Promise<readonly string[]> {
  const rows = await sql<{ id: string }>`
    SELECT id FROM (
      SELECT 'audit' AS kind, id FROM audit
      UNION ALL SELECT 'decision', id FROM decision_event
      UNION ALL SELECT 'policy', name || '@' || version FROM policy
      UNION ALL SELECT 'decision', id FROM decision
        WHERE NOT EXISTS (SELECT 1 FROM decision_event AS e WHERE e.decision = decision.id AND kind = 'made')
    ) AS record
    WHERE NOT EXISTS (SELECT 1 FROM journal WHERE journal.kind = record.kind AND journal.id = record.id)
    LIMIT ${limit}`;
  return rows.map(({ id }) => toldText(id));
}
