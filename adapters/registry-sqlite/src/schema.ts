/**
 * `change` holds the newest revisions, one row each without a hole, for watches; `value` is NULL where the key
 * was deleted. `state.compacted` is the newest revision that is no longer there.
 */
export const REGISTRY_SCHEMA: readonly string[] = [
  `
  CREATE TABLE state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    revision INTEGER NOT NULL,
    compacted INTEGER NOT NULL
  ) STRICT;
  INSERT INTO state VALUES (1, 0, 0);

  CREATE TABLE entry (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    version INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    lease TEXT
  ) STRICT;
  CREATE INDEX entry_by_lease ON entry (lease, key) WHERE lease IS NOT NULL;

  CREATE TABLE change (
    revision INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    value TEXT,
    version INTEGER
  ) STRICT;

  CREATE TABLE lease (
    id TEXT PRIMARY KEY,
    ttl INTEGER NOT NULL,
    expires INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX lease_by_expiry ON lease (expires);
  `,
];
