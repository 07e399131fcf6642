import {
  type DecisionEvent,
  type LaterEvent,
  type MadeEvent,
  type Standing,
  standingAfter,
} from '@aegis/ports';
import { type DecisionRow, decisionIdOf, decisionRow, type EventRow, eventOf } from './decision-rows.ts';
import type { Sql } from './sql.ts';
import { storedText } from './stored-text.ts';

/** All events of each of these decisions (as stored ids), in order of time, then of writing. */
export async function readHistories(
  sql: Sql,
  decisions: readonly string[],
): Promise<readonly (readonly DecisionEvent[])[]> {
  if (decisions.length === 0) return [];
  const rows = await sql<EventRow>`
    SELECT * FROM decision_event WHERE decision = ANY(${decisions as string[]}::TEXT[]) ORDER BY at, number`;
  return [...Map.groupBy(rows, ({ decision }) => decision).values()].map((each) => each.map(eventOf));
}

/** How a decision stands after these events, of which one made it. */
export function standingOf(history: readonly DecisionEvent[]): Standing {
  const made = history.find((event): event is MadeEvent => event.kind === 'made') as MadeEvent;
  const later = history.filter((event): event is LaterEvent => event.kind !== 'made');
  return standingAfter(made, later);
}

/**
 * Writes down how decisions stand after these events, which were written just before and are of decisions that were
 * made. What came before its decision was made comes into force with it.
 */
export async function restand(sql: Sql, events: readonly DecisionEvent[]): Promise<void> {
  if (events.length === 0) return;
  const made = new Map(
    events.flatMap((each) => (each.kind === 'made' ? [[storedText(each.decision.id), each] as const] : [])),
  );
  const cameEarly = await sql<{ decision: string }>`
    UPDATE decision_event SET early = FALSE
    WHERE early AND decision = ANY(${[...made.keys()]}::TEXT[]) RETURNING decision`;
  const changed = new Set([
    ...events.flatMap((each) => (each.kind === 'made' ? [] : [storedText(decisionIdOf(each))])),
    ...cameEarly.map(({ decision }) => decision),
  ]);
  const histories = await readHistories(sql, [...changed]);
  // Nothing but made, as nearly all are: no need to ask for what was just written.
  const others = [...made].flatMap(([id, event]) => (changed.has(id) ? [] : [standingAfter(event, [])]));
  await writeStandings(sql, [...others, ...histories.map(standingOf)].map(decisionRow));
}

async function writeStandings(sql: Sql, rows: readonly DecisionRow[]): Promise<void> {
  await sql`
    INSERT INTO decision
    SELECT * FROM json_populate_recordset(NULL::decision, ${JSON.stringify(rows)}::JSON)
    ON CONFLICT (id) DO UPDATE SET
      expires = excluded.expires, ends = excluded.ends, length_bits = excluded.length_bits,
      expiry_revised = excluded.expiry_revised, lifted_at = excluded.lifted_at,
      lifted_by = excluded.lifted_by, lifted_reason = excluded.lifted_reason`;
}
