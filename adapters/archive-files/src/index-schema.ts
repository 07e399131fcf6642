/**
 * `archive.db` is the truth about which bytes of which file count. A file's `length` is what was committed; what
 * stands behind it was written by a process that died before its commit.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE file (
     id     INTEGER PRIMARY KEY,
     path   TEXT NOT NULL UNIQUE,
     length INTEGER NOT NULL
   );

   -- file, offset and bytes say where the record stands; file is null where it stands in session_body.
   CREATE TABLE session (
     id       INTEGER PRIMARY KEY,
     uuid     TEXT NOT NULL UNIQUE,
     start    INTEGER NOT NULL,
     file     INTEGER REFERENCES file,
     offset   INTEGER NOT NULL,
     bytes    INTEGER NOT NULL,
     peer     BLOB NOT NULL,
     agent    TEXT NOT NULL,
     level    TEXT NOT NULL,
     score    REAL NOT NULL,
     requests INTEGER NOT NULL,
     owner    TEXT,
     tool     TEXT,
     country  TEXT,
     snare    TEXT
   );
   CREATE INDEX session_start ON session (start DESC, uuid);
   CREATE INDEX session_peer ON session (peer, start DESC);
   CREATE INDEX session_level ON session (level, start DESC);
   CREATE INDEX session_country ON session (country, start DESC) WHERE country IS NOT NULL;
   CREATE INDEX session_snare ON session (snare, start DESC) WHERE snare IS NOT NULL;

   -- kind: 'type' (an attack type) or 'technique' (an ATT&CK id).
   CREATE TABLE session_label (
     kind    TEXT NOT NULL,
     value   TEXT NOT NULL,
     start   INTEGER NOT NULL,
     session INTEGER NOT NULL,
     PRIMARY KEY (kind, value, start, session)
   ) WITHOUT ROWID;

   CREATE TABLE session_body (
     session INTEGER PRIMARY KEY,
     json    TEXT NOT NULL
   );

   CREATE TABLE tally (
     hour  INTEGER NOT NULL,
     kind  TEXT NOT NULL,
     value TEXT NOT NULL,
     n     INTEGER NOT NULL,
     PRIMARY KEY (hour, kind, value)
   ) WITHOUT ROWID;
   CREATE TABLE source_tally (
     hour     INTEGER NOT NULL,
     peer     BLOB NOT NULL,
     sessions INTEGER NOT NULL,
     max_risk REAL NOT NULL,
     PRIMARY KEY (hour, peer)
   ) WITHOUT ROWID;

   -- version counts the changes of the day; written is the version that its statistics file shows.
   CREATE TABLE day (
     day      TEXT PRIMARY KEY,
     sessions INTEGER NOT NULL,
     version  INTEGER NOT NULL,
     written  INTEGER NOT NULL DEFAULT 0
   ) WITHOUT ROWID;`,

  // network and client stay null for sessions that were indexed before: they are not counted by those.
  `ALTER TABLE session ADD COLUMN network TEXT;
   ALTER TABLE session ADD COLUMN client TEXT;
   CREATE INDEX session_owner ON session (owner, start DESC) WHERE owner IS NOT NULL;
   INSERT INTO tally (hour, kind, value, n)
     SELECT start - ((start % 3600000) + 3600000) % 3600000, 'owner', owner, count(*)
     FROM session WHERE owner IS NOT NULL GROUP BY 1, 3;

   -- touched: when something was last added. removing: its sessions are going, some at a time.
   ALTER TABLE day ADD COLUMN touched INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE day ADD COLUMN removing INTEGER NOT NULL DEFAULT 0;

   CREATE TABLE lease (
     name   TEXT PRIMARY KEY,
     holder TEXT NOT NULL,
     until  INTEGER NOT NULL
   ) WITHOUT ROWID;`,
];
