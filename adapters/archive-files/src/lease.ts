import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '@aegis/model';

/** A holder that does not say within this that it is still at work is taken for dead, ms. */
const LEASE_MS = 60_000;

/**
 * Takes or keeps the right to do what only one process may do at a time. Ask within a write transaction. The
 * work must stay right where two believe they have it: a holder may be stopped for longer than its lease.
 */
export function holdLease(db: DatabaseSync, name: string, holder: string, clock: Clock): boolean {
  const now = clock.now();
  const { changes } = db
    .prepare(
      `INSERT INTO lease (name, holder, until) VALUES (?1, ?2, ?3)
       ON CONFLICT DO UPDATE SET holder = excluded.holder, until = excluded.until
       WHERE holder = excluded.holder OR until < ?4`,
    )
    .run(name, holder, now + LEASE_MS, now);
  return Number(changes) === 1;
}

export function releaseLease(db: DatabaseSync, name: string, holder: string): void {
  db.prepare('DELETE FROM lease WHERE name = ? AND holder = ?').run(name, holder);
}
