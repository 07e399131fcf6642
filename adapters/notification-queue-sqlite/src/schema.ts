/** A thing belongs to the message that it was sealed into; until then `message` is null. */
export const QUEUE_SCHEMA: readonly string[] = [
  `
  CREATE TABLE thing (
    number INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    grouping TEXT NOT NULL,
    event TEXT NOT NULL,
    level INTEGER NOT NULL,
    plural TEXT NOT NULL,
    item TEXT NOT NULL,
    queued INTEGER NOT NULL,
    message TEXT
  ) STRICT;
  CREATE INDEX thing_open ON thing (channel, queued) WHERE message IS NULL;
  CREATE INDEX thing_sealed ON thing (message) WHERE message IS NOT NULL;

  CREATE TABLE message (
    id TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    due INTEGER NOT NULL,
    tries INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX message_due ON message (channel, due);

  CREATE TABLE mark (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
];
