/**
 * `tile` holds the nodes of the tree by eights of levels: one row for 256 neighbours and the 254 complete nodes
 * above them, so that a proof reads a row for each 8 levels and hashes almost nothing. 64 bytes an entry.
 */
export const TRAIL_SCHEMA: readonly string[] = [
  `
  CREATE TABLE entry (
    idx INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    at INTEGER NOT NULL,
    id TEXT NOT NULL,
    body TEXT
  ) STRICT;
  CREATE INDEX entry_by_id ON entry (id);

  CREATE TABLE tile (
    height INTEGER NOT NULL,
    number INTEGER NOT NULL,
    nodes BLOB NOT NULL,
    PRIMARY KEY (height, number)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE checkpoint (
    seq INTEGER PRIMARY KEY,
    size INTEGER NOT NULL,
    at INTEGER NOT NULL,
    text TEXT NOT NULL
  ) STRICT;

  CREATE TABLE extent (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL,
    position INTEGER NOT NULL,
    at INTEGER NOT NULL,
    expired INTEGER NOT NULL
  ) STRICT;
  INSERT INTO extent VALUES (1, 0, 0, 0, 0);
  `,
];
