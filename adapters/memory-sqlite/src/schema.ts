import { FIELD } from './member-sets.ts';

/**
 * What is single of a subject (a pattern, an attacker, a server) is in a row of its own; its long sets are rows of
 * `member`, so that merging is inserting. `first_report` is the report of `first_seen`, the smallest of that
 * time; `heartbeat_report` the one of `heartbeat_at`, the largest, which is -1 where no report told one.
 * `seen` holds a digest of each report that was counted, oldest first.
 */
export const MEMORY_SCHEMA: readonly string[] = [
  `
  CREATE TABLE pattern (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    attack_type TEXT NOT NULL,
    region TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    first_report TEXT NOT NULL,
    last_seen INTEGER NOT NULL,
    occurrences INTEGER NOT NULL,
    severity REAL NOT NULL,
    blocks INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX pattern_by_time ON pattern (last_seen DESC, id);

  CREATE TABLE attacker (
    seq INTEGER PRIMARY KEY,
    address TEXT NOT NULL UNIQUE,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    sessions INTEGER NOT NULL,
    threat_score REAL NOT NULL
  ) STRICT;
  CREATE INDEX attacker_by_time ON attacker (last_seen DESC, address);

  CREATE TABLE cc_server (
    seq INTEGER PRIMARY KEY,
    address TEXT NOT NULL,
    port INTEGER NOT NULL,
    first_detected INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    score REAL NOT NULL,
    confidence REAL NOT NULL,
    blocked INTEGER NOT NULL,
    heartbeat_at INTEGER NOT NULL,
    heartbeat_report TEXT NOT NULL,
    heartbeat_seconds REAL,
    UNIQUE (address, port)
  ) STRICT;
  CREATE INDEX cc_server_by_time ON cc_server (last_seen DESC, address, port);

  CREATE TABLE member (
    field INTEGER NOT NULL,
    subject INTEGER NOT NULL,
    value ANY NOT NULL,
    score REAL NOT NULL,
    PRIMARY KEY (subject, field, value)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX member_by_signature ON member (value, subject) WHERE field = ${FIELD.signature};

  CREATE TABLE seen (
    seq INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE
  ) STRICT;
  `,

  // What happened to the patterns' signatures, the newest of it: one row for each that was added to a pattern, one
  // without a pattern where any were removed. Lets processes keep what they have read.
  `
  CREATE TABLE signature_change (
    seq INTEGER PRIMARY KEY,
    pattern INTEGER,
    signature TEXT
  ) STRICT;
  `,

  // An attacker's sets are short, and read and written with it: JSON in its row, in order, instead of members.
  `
  ALTER TABLE attacker ADD COLUMN types TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE attacker ADD COLUMN tools TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE attacker ADD COLUMN nodes TEXT NOT NULL DEFAULT '[]';
  UPDATE attacker SET
    types = (SELECT json_group_array(value ORDER BY value) FROM member WHERE subject = seq AND field = 6),
    tools = (SELECT json_group_array(value ORDER BY value) FROM member WHERE subject = seq AND field = 7),
    nodes = (SELECT json_group_array(value ORDER BY value) FROM member WHERE subject = seq AND field = 8);
  DELETE FROM member WHERE field IN (6, 7, 8);
  `,
];
