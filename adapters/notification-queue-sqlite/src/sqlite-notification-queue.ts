import type { DatabaseSync } from 'node:sqlite';
import { THREAT_LEVELS, type ThreatLevel, type Timestamp } from '@aegis/model';
import type { NotificationItem, NotificationQueue, QueueAsk, QueuedMessage, QueuedThing } from '@aegis/ports';
import { Database } from '@aegis/sqlite';
import { QUEUE_SCHEMA } from './schema.ts';

export interface SqliteNotificationQueueOptions {
  readonly path: string;
}

/** Throws AegisError `notifications_unavailable` where the file cannot be opened. */
export function openSqliteNotificationQueue({ path }: SqliteNotificationQueueOptions): NotificationQueue {
  return new SqliteNotificationQueue(
    Database.open({ path, migrations: QUEUE_SCHEMA, unavailable: 'notifications_unavailable' }),
  );
}

class SqliteNotificationQueue implements NotificationQueue {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(
    things: readonly QueuedThing[],
    marks: Readonly<Record<string, string>>,
    limit: number,
  ): Promise<ReadonlyMap<string, number>> {
    return this.#database.write((db) => {
      const room = new Map<string, number>();
      const insert = db.prepare(
        'INSERT INTO thing (channel, grouping, event, level, plural, item, queued) VALUES (?, ?, ?, ?, ?, ?, ?)',
      );
      const dropped = new Map<string, number>();
      for (const { channel, group, event, level, plural, item, queuedAt } of things) {
        const left = room.get(channel) ?? limit - countOf(db, channel);
        room.set(channel, left - 1);
        if (left <= 0) dropped.set(channel, (dropped.get(channel) ?? 0) + 1);
        else insert.run(channel, group, event, rankOf(level), plural, JSON.stringify(item), queuedAt);
      }
      const mark = db.prepare('INSERT OR REPLACE INTO mark VALUES (?, ?)');
      for (const [name, value] of Object.entries(marks)) mark.run(name, value);
      return dropped;
    });
  }

  async mark(name: string): Promise<string | undefined> {
    return this.#database.read((db) => {
      const row = db.prepare('SELECT value FROM mark WHERE name = ?').get(name);
      return row === undefined ? undefined : String(row.value);
    });
  }

  async take(ask: QueueAsk): Promise<QueuedMessage | undefined> {
    const isThere = this.#database.read((db) => dueMessage(db, ask) ?? openThing(db, ask)) !== undefined;
    if (!isThere) return undefined;
    return this.#database.write((db) => {
      const id = dueMessage(db, ask) ?? seal(db, ask);
      return id === undefined ? undefined : messageOf(db, id, ask.most);
    });
  }

  async settle(id: string): Promise<void> {
    await this.#database.write((db) => {
      db.prepare('DELETE FROM thing WHERE message = ?').run(id);
      db.prepare('DELETE FROM message WHERE id = ?').run(id);
    });
  }

  async postpone(id: string, due: Timestamp): Promise<void> {
    await this.#database.write((db) =>
      db.prepare('UPDATE message SET due = ?, tries = tries + 1 WHERE id = ?').run(due, id),
    );
  }

  async waiting(): Promise<Readonly<Record<string, number>>> {
    return this.#database.read((db) =>
      Object.fromEntries(
        db
          .prepare('SELECT channel, count(*) AS count FROM thing GROUP BY channel')
          .all()
          .map(({ channel, count }) => [String(channel), Number(count)]),
      ),
    );
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

function countOf(db: DatabaseSync, channel: string): number {
  return Number(db.prepare('SELECT count(*) AS count FROM thing WHERE channel = ?').get(channel)?.count);
}

function dueMessage(db: DatabaseSync, { channel, now }: QueueAsk): string | undefined {
  const row = db
    .prepare('SELECT id FROM message WHERE channel = ? AND due <= ? ORDER BY due, id LIMIT 1')
    .get(channel, now);
  return row === undefined ? undefined : String(row.id);
}

function openThing(db: DatabaseSync, { channel, readyBefore }: QueueAsk): string | undefined {
  const row = db
    .prepare(
      'SELECT grouping FROM thing WHERE message IS NULL AND channel = ? AND queued <= ? ORDER BY queued, number LIMIT 1',
    )
    .get(channel, readyBefore);
  return row === undefined ? undefined : String(row.grouping);
}

function seal(db: DatabaseSync, ask: QueueAsk): string | undefined {
  const group = openThing(db, ask);
  if (group === undefined) return undefined;
  const { id, channel, now } = ask;
  db.prepare('INSERT INTO message VALUES (?, ?, ?, 0)').run(id, channel, now);
  db.prepare('UPDATE thing SET message = ? WHERE message IS NULL AND channel = ? AND grouping = ?').run(
    id,
    channel,
    group,
  );
  return id;
}

function messageOf(db: DatabaseSync, id: string, most: number): QueuedMessage | undefined {
  const rows = db.prepare('SELECT * FROM thing WHERE message = ? ORDER BY number LIMIT ?').all(id, most);
  const sums = db
    .prepare(
      'SELECT count(*) AS count, min(level) AS gravest, min(queued) AS since FROM thing WHERE message = ?',
    )
    .get(id);
  const tries = db.prepare('SELECT tries FROM message WHERE id = ?').get(id)?.tries;
  const [first] = rows;
  if (first === undefined) return undefined;
  return {
    id,
    event: String(first.event),
    level: THREAT_LEVELS[Number(sums?.gravest)] ?? 'INFO',
    plural: String(first.plural),
    count: Number(sums?.count),
    items: rows.map(({ item }) => JSON.parse(String(item)) as NotificationItem),
    tries: Number(tries),
    since: Number(sums?.since),
  };
}

/** 0 is the gravest. */
const rankOf = (level: ThreatLevel): number => THREAT_LEVELS.indexOf(level);
