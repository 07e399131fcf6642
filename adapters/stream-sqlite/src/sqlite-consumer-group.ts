import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Clock } from '@aegis/model';
import type {
  ConsumerGroup,
  DeadLetter,
  Delivery,
  GroupStats,
  ReadOptions,
  ReclaimOptions,
} from '@aegis/ports';
import type { Database } from '@aegis/sqlite';
import type { Arrivals } from './arrivals.ts';
import { parseIds } from './message-id.ts';

/** UTF-8 bytes that one call hands out at most, past its first message; bounds a consumer's memory. */
const BATCH_BYTES = 32 * 1024 * 1024;
const REASON_CHARACTERS = 1_000;

export interface SqliteConsumerGroupOptions {
  readonly database: Database;
  readonly arrivals: Arrivals;
  readonly clock: Clock;
  readonly groupId: number;
  /** Dead letters kept; past it the oldest go. */
  readonly maxBuried: number;
  /** Aborted when the stream is closed. */
  readonly closed: AbortSignal;
}

type Row = Record<string, SQLOutputValue>;

export class SqliteConsumerGroup implements ConsumerGroup {
  readonly #options: SqliteConsumerGroupOptions;
  readonly #database: Database;
  readonly #groupId: number;

  constructor(options: SqliteConsumerGroupOptions) {
    this.#options = options;
    this.#database = options.database;
    this.#groupId = options.groupId;
  }

  async read(consumer: string, { count, blockMs, signal }: ReadOptions): Promise<readonly Delivery[]> {
    const { arrivals, closed } = this.#options;
    if (signal?.aborted === true || count < 1) return [];
    const over = blockMs > 0 ? endOfWait(blockMs, closed, signal) : undefined;
    for (;;) {
      const seen = arrivals.version();
      const taken = await this.#take(consumer, count);
      if (taken.length > 0 || over === undefined) return taken;
      await arrivals.next(seen, over);
      if (over.aborted) return [];
    }
  }

  async #take(consumer: string, count: number): Promise<readonly Delivery[]> {
    // Looking first keeps an idle consumer from taking the write lock.
    if (this.#database.read((db) => this.#waiting(db)) === 0) return [];
    return this.#database.write((db) => {
      const group = db.prepare('SELECT cursor FROM consumer_group WHERE id = ?').get(this.#groupId);
      const cursor = Number(group?.cursor);
      const messages = bounded(
        db
          .prepare('SELECT id, bytes, payload FROM message WHERE id > ? ORDER BY id LIMIT ?')
          .iterate(cursor, count),
      );
      const last = messages.at(-1)?.id;
      if (last === undefined) return [];
      db.prepare(
        `INSERT INTO pending (group_id, message, consumer, attempt, delivered_at)
         SELECT ?, id, ?, 1, ? FROM message WHERE id > ? AND id <= ?`,
      ).run(this.#groupId, consumer, this.#options.clock.now(), cursor, last);
      db.prepare('UPDATE consumer_group SET cursor = ?, passed = passed + ? WHERE id = ?').run(
        last,
        messages.length,
        this.#groupId,
      );
      return messages.map((row) => delivery(row, 1));
    });
  }

  async reclaim(consumer: string, { minIdleMs, count, from }: ReclaimOptions): Promise<readonly Delivery[]> {
    return this.#database.write((db) => {
      const now = this.#options.clock.now();
      // The wall clock went back: idleness is counted anew, rather than from a time yet to come.
      db.prepare('UPDATE pending SET delivered_at = ?1 WHERE group_id = ?2 AND delivered_at > ?1').run(
        now,
        this.#groupId,
      );
      const idle = bounded(
        db
          .prepare(
            `SELECT message.id, bytes, payload, attempt FROM pending JOIN message ON message.id = pending.message
             WHERE group_id = ?1 AND delivered_at <= ?2 AND (?3 IS NULL OR consumer = ?3)
             ORDER BY pending.message LIMIT ?4`,
          )
          .iterate(this.#groupId, now - minIdleMs, from ?? null, count),
      );
      db.prepare(
        `UPDATE pending SET consumer = ?, attempt = attempt + 1, delivered_at = ?
         WHERE group_id = ? AND message IN (SELECT value FROM json_each(?))`,
      ).run(consumer, now, this.#groupId, JSON.stringify(idle.map((row) => row.id)));
      return idle.map((row) => delivery(row, Number(row.attempt) + 1));
    });
  }

  async ack(ids: readonly string[]): Promise<void> {
    const messages = parseIds(ids);
    if (messages.length === 0) return;
    await this.#database.write((db) =>
      db
        .prepare('DELETE FROM pending WHERE group_id = ? AND message IN (SELECT value FROM json_each(?))')
        .run(this.#groupId, JSON.stringify(messages)),
    );
  }

  async bury({ id, attempt }: Delivery, reason: string): Promise<void> {
    const [message] = parseIds([id]);
    if (message === undefined) return;
    await this.#database.write((db) => {
      const { changes } = db
        .prepare('DELETE FROM pending WHERE group_id = ? AND message = ?')
        .run(this.#groupId, message);
      if (changes === 0) return;
      db.prepare(
        `INSERT INTO dead_letter (group_id, message, payload, reason, attempt, at)
         SELECT ?, id, payload, ?, ?, ? FROM message WHERE id = ?`,
      ).run(this.#groupId, reason.slice(0, REASON_CHARACTERS), attempt, this.#options.clock.now(), message);
      db.prepare(
        `DELETE FROM dead_letter WHERE group_id = ?1 AND id <=
           (SELECT id FROM dead_letter WHERE group_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)`,
      ).run(this.#groupId, this.#options.maxBuried);
    });
  }

  async buried({
    limit,
    after,
  }: {
    readonly limit: number;
    readonly after?: string;
  }): Promise<readonly DeadLetter[]> {
    const [message = -1] = after === undefined ? [] : parseIds([after]);
    const rows = this.#database.read((db) =>
      db
        .prepare(
          `SELECT message, payload, reason, attempt, at FROM dead_letter
           WHERE group_id = ?1
             AND id > coalesce((SELECT id FROM dead_letter WHERE group_id = ?1 AND message = ?2), 0)
           ORDER BY id LIMIT ?3`,
        )
        .all(this.#groupId, message, limit),
    );
    return rows.map((row) => ({
      id: String(row.message),
      payload: String(row.payload),
      reason: String(row.reason),
      attempt: Number(row.attempt),
      at: Number(row.at),
    }));
  }

  async discard(ids: readonly string[]): Promise<void> {
    const messages = parseIds(ids);
    if (messages.length === 0) return;
    await this.#database.write((db) =>
      db
        .prepare('DELETE FROM dead_letter WHERE group_id = ? AND message IN (SELECT value FROM json_each(?))')
        .run(this.#groupId, JSON.stringify(messages)),
    );
  }

  async stats(): Promise<GroupStats> {
    return this.#database.read((db) => {
      const count = (table: 'pending' | 'dead_letter'): number =>
        Number(db.prepare(`SELECT count(*) AS n FROM ${table} WHERE group_id = ?`).get(this.#groupId)?.n);
      return { waiting: this.#waiting(db), pending: count('pending'), buried: count('dead_letter') };
    });
  }

  #waiting(db: DatabaseSync): number {
    const row = db
      .prepare('SELECT appended - passed AS n FROM stream_state, consumer_group WHERE consumer_group.id = ?')
      .get(this.#groupId);
    return Number(row?.n);
  }
}

function endOfWait(blockMs: number, closed: AbortSignal, signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(Math.ceil(blockMs));
  return AbortSignal.any(signal === undefined ? [timeout, closed] : [timeout, closed, signal]);
}

function bounded(rows: Iterable<Row>): readonly Row[] {
  const taken: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    bytes += Number(row.bytes);
    if (taken.length > 0 && bytes > BATCH_BYTES) break;
    taken.push(row);
  }
  return taken;
}

function delivery(row: Row, attempt: number): Delivery {
  return { id: String(row.id), payload: String(row.payload), attempt };
}
