import type { Timestamp } from '@aegis/model';
import type { AuditEntry, DecisionEvent } from '@aegis/ports';
import { type AuditRow, auditRow } from './audit-queries.ts';
import { decisionIdOf, type EventRow, eventRow } from './decision-rows.ts';
import { providePartitions } from './partitions.ts';
import type { Layout } from './schema.ts';
import type { Sql } from './sql.ts';
import { restand } from './standings.ts';
import { storedText } from './stored-text.ts';

/** One call of the ledger: audit entries come before the events they tell of. */
export interface Append {
  readonly audit: readonly AuditEntry[];
  readonly events: readonly DecisionEvent[];
}

/** What of the appends is written, in order. */
type Written =
  | { readonly kind: 'audit'; readonly entry: AuditEntry }
  | { readonly kind: 'decision'; readonly event: DecisionEvent; readonly early: boolean };

/**
 * Writes what is new of several calls, all in a handful of statements however many they are. Within a write: nobody
 * else writes meanwhile, so what is read at first stays true. Returns for each call which events were new.
 */
export async function append(
  sql: Sql,
  layout: Layout,
  calls: readonly Append[],
): Promise<readonly (readonly boolean[])[]> {
  const events = calls.flatMap((call) => call.events);
  const before = await readBefore(
    sql,
    calls.flatMap((call) => call.audit),
    events,
  );
  const { written, isNew } = choose(calls, before);
  if (written.length === 0) return isNew;
  const numbers = await number(sql, written);
  const audit = written.flatMap((each, i) =>
    each.kind === 'audit' ? [auditRow(each.entry, numbers[i] as number)] : [],
  );
  const eventRows = written.flatMap((each, i) =>
    each.kind === 'decision' ? [eventRow(each.event, numbers[i] as number, each.early)] : [],
  );
  if (layout === 'partitions') {
    await providePartitions(sql, 'audit', audit.map(timeOf));
    await providePartitions(sql, 'decision_event', eventRows.map(timeOf));
  }
  if (audit.length > 0) await insertAudit(sql, audit);
  if (eventRows.length > 0) await insertEvents(sql, eventRows);
  await restand(
    sql,
    written.flatMap((each) => (each.kind === 'decision' && !each.early ? [each.event] : [])),
  );
  return isNew;
}

const timeOf = ({ at }: { readonly at: Timestamp }): Timestamp => at;

/** What is there of what is to be written. */
interface Before {
  /** `audit <id>` and `decision <id>`, of journal entries. */
  readonly known: Set<string>;
  /** Ids of decisions that were made. */
  readonly made: Set<string>;
}

async function readBefore(
  sql: Sql,
  audit: readonly AuditEntry[],
  events: readonly DecisionEvent[],
): Promise<Before> {
  const auditIds = audit.map(({ id }) => storedText(id));
  const eventIds = events.map(({ id }) => storedText(id));
  const decisionIds = [...new Set(events.map((event) => storedText(decisionIdOf(event))))];
  const known = await sql<{ kind: string; id: string }>`
    SELECT kind, id FROM journal
    WHERE kind = 'audit' AND id = ANY(${auditIds}::TEXT[]) OR kind = 'decision' AND id = ANY(${eventIds}::TEXT[])`;
  const made = await sql<{ id: string }>`SELECT id FROM decision WHERE id = ANY(${decisionIds}::TEXT[])`;
  return {
    known: new Set(known.map(({ kind, id }) => `${kind} ${id}`)),
    made: new Set(made.map(({ id }) => id)),
  };
}

/** Adds what is chosen to what is known and made. */
function choose(
  calls: readonly Append[],
  { known, made }: Before,
): { readonly written: readonly Written[]; readonly isNew: readonly (readonly boolean[])[] } {
  const written: Written[] = [];
  const isFirst = (key: string): boolean => known.size < known.add(key).size;
  const isNew = calls.map(({ audit, events }) => {
    for (const entry of audit)
      if (isFirst(`audit ${storedText(entry.id)}`)) written.push({ kind: 'audit', entry });
    return events.map((event) => {
      const key = `decision ${storedText(event.id)}`;
      const decision = storedText(decisionIdOf(event));
      if (known.has(key) || (event.kind === 'made' && made.has(decision))) return false;
      known.add(key);
      written.push({ kind: 'decision', event, early: event.kind !== 'made' && !made.has(decision) });
      if (event.kind === 'made') made.add(decision);
      return true;
    });
  });
  return { written, isNew };
}

/** Journals them, in order. Their numbers. */
async function number(sql: Sql, written: readonly Written[]): Promise<readonly number[]> {
  const rows = written.map((each) =>
    each.kind === 'audit'
      ? { kind: each.kind, id: storedText(each.entry.id), at: each.entry.at }
      : { kind: each.kind, id: storedText(each.event.id), at: each.event.at },
  );
  const numbered = await sql<{ number: number; kind: string; id: string }>`
    INSERT INTO journal (kind, id, at)
    SELECT kind, id, at FROM json_to_recordset(${JSON.stringify(rows)}::JSON)
      AS new(kind TEXT, id TEXT, at BIGINT)
    RETURNING number, kind, id`;
  const byId = new Map(numbered.map(({ number: of, kind, id }) => [`${kind} ${id}`, of]));
  return rows.map(({ kind, id }) => byId.get(`${kind} ${id}`) as number);
}

async function insertAudit(sql: Sql, rows: readonly AuditRow[]): Promise<void> {
  await sql`
    INSERT INTO audit (number, id, at, actor, action, target, "from", result, detail)
    SELECT number, id, at, actor, action, target, "from", result, detail
    FROM json_to_recordset(${JSON.stringify(rows)}::JSON)
      AS new(number BIGINT, id TEXT, at BIGINT, actor TEXT, action TEXT, target TEXT, "from" TEXT, result TEXT, detail TEXT)`;
}

async function insertEvents(sql: Sql, rows: readonly EventRow[]): Promise<void> {
  await sql`
    INSERT INTO decision_event (number, id, decision, kind, at, by, expires, reason, made, early)
    SELECT number, id, decision, kind, at, by, expires, reason, made, early
    FROM json_to_recordset(${JSON.stringify(rows)}::JSON)
      AS new(number BIGINT, id TEXT, decision TEXT, kind TEXT, at BIGINT, by TEXT, expires BIGINT, reason TEXT, made TEXT, early BOOLEAN)`;
}
