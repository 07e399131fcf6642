import type { Timestamp } from '@aegis/model';
import type { Layout } from './schema.ts';
import { name, type Sql } from './sql.ts';

/** The tables that are laid out by time. */
const TIME_TABLES = ['decision_event', 'audit'] as const;
type TimeTable = (typeof TIME_TABLES)[number];

/** Months of these years get a partition each; what a clock gone wrong writes lies in the one for all others. */
const FIRST_YEAR = 2020;
const LAST_YEAR = 2099;

/** Makes the partitions, a calendar month of UTC each, that rows of these times lack. Within a write. */
export async function providePartitions(
  sql: Sql,
  table: TimeTable,
  times: readonly Timestamp[],
): Promise<void> {
  const months = new Map(times.flatMap((at) => monthOf(table, at) ?? []).map((month) => [month.name, month]));
  if (months.size === 0) return;
  const missing = await sql<{ partition: string }>`
    SELECT partition FROM unnest(${[...months.keys()]}::TEXT[]) AS partition WHERE to_regclass(partition) IS NULL`;
  for (const { partition } of missing) {
    const { from, to } = months.get(partition) as Month;
    await sql.text(`CREATE TABLE ${partition} PARTITION OF ${table} FOR VALUES FROM (${from}) TO (${to})`);
  }
}

/** Removes whole what ended by then: all of the audit, and of events what is empty. Within a write. */
export async function dropPartitions(sql: Sql, layout: Layout, before: Timestamp): Promise<void> {
  if (layout === 'hypertables') {
    await sql`SELECT drop_chunks('audit', older_than => ${before}::BIGINT)`;
    return;
  }
  for (const table of TIME_TABLES) {
    const children = await sql<{ partition: string }>`
      SELECT relname AS partition FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
      WHERE inhparent = ${table}::REGCLASS`;
    for (const { partition } of children) {
      const end = endOf(partition);
      if (end === undefined || end > before) continue;
      const isEmpty = (await sql`SELECT 1 FROM ${name(partition)} LIMIT 1`).length === 0;
      if (table === 'audit' || isEmpty) await sql`DROP TABLE ${name(partition)}`;
    }
  }
}

interface Month {
  /** `audit_202610` */
  readonly name: string;
  readonly from: Timestamp;
  readonly to: Timestamp;
}

function monthOf(table: TimeTable, at: Timestamp): Month | undefined {
  const date = new Date(at);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  // Also where it is not a number: then the row is refused, wherever it would lie.
  if (!(year >= FIRST_YEAR && year <= LAST_YEAR)) return undefined;
  const name = `${table}_${year}${String(month + 1).padStart(2, '0')}`;
  return { name, from: Date.UTC(year, month), to: Date.UTC(year, month + 1) };
}

/** Of a partition of this name; undefined of the one for all others. */
function endOf(partition: string): Timestamp | undefined {
  const [, year, month] = /_(\d{4})(\d{2})$/.exec(partition) ?? [];
  return year === undefined ? undefined : Date.UTC(Number(year), Number(month));
}
