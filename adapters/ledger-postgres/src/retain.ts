import type { Timestamp } from '@aegis/model';
import { countAudit } from './audit-queries.ts';
import { dropPartitions } from './partitions.ts';
import type { PostgresDatabase } from './postgres-database.ts';

/** Rows that one transaction removes: bounds how long writers wait for it. */
const BATCH = 10_000;

/** Removes what the port says. Returns how many decisions and audit entries. */
export async function retain(database: PostgresDatabase, since: Timestamp): Promise<number> {
  await database.write((sql) => sql`DELETE FROM decision_event WHERE early AND at < ${since}`);
  const decisions = await inBatches(database, 'decisions', since);
  const audit = await database.write(async (sql) => {
    const count = await countAudit(sql, since);
    await dropPartitions(sql, database.layout, since);
    return count;
  });
  await inBatches(database, 'audit', since);
  await inBatches(database, 'journal', since);
  return decisions + audit;
}

async function inBatches(
  database: PostgresDatabase,
  what: keyof typeof REMOVE,
  since: Timestamp,
): Promise<number> {
  let total = 0;
  for (;;) {
    const removed = await database.write(async (sql) => {
      const [row] = await sql.text<{ count: number }>(REMOVE[what], [since, BATCH]);
      return row?.count ?? 0;
    });
    total += removed;
    if (removed < BATCH) return total;
  }
}

/** Each removes at most `$2` that are from before `$1`, and tells how many. */
const REMOVE = {
  decisions: `
    WITH gone AS (
      DELETE FROM decision WHERE id IN (SELECT id FROM decision WHERE ends < $1 ORDER BY ends LIMIT $2) RETURNING id
    ), events AS (
      DELETE FROM decision_event WHERE decision IN (SELECT id FROM gone)
    ) SELECT count(*) AS count FROM gone`,
  audit: `
    WITH gone AS (
      DELETE FROM audit WHERE (at, number) IN (SELECT at, number FROM audit WHERE at < $1 ORDER BY at LIMIT $2)
      RETURNING 1
    ) SELECT count(*) AS count FROM gone`,
  journal: `
    WITH gone AS (
      DELETE FROM journal WHERE number IN (
        SELECT number FROM journal WHERE at < $1 AND kind <> 'policy'
          AND NOT EXISTS (SELECT 1 FROM audit WHERE audit.at = journal.at AND audit.number = journal.number)
          AND NOT EXISTS (
            SELECT 1 FROM decision_event AS event WHERE event.at = journal.at AND event.number = journal.number)
        ORDER BY at LIMIT $2)
      RETURNING 1
    ) SELECT count(*) AS count FROM gone`,
} as const;
