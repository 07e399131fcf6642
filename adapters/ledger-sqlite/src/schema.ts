/**
 * `decision` holds each decision as it was made, but for `expires`, and how it stands after all its events:
 * it is in force from `start`, when it was made, until `ends`. `length_bits` is the number of binary digits of
 * `ends - start`: decisions of one length class that are in force at a time all started within the last 2^class
 * ms, so that `decision_in_force` finds them for any time, past or present, by one short range a class.
 * `first_expires` is what `expires` was at first, `expiry_revised` the time of the last event that moved it.
 * `event` holds what came after a decision was made; `early` marks what was written before that.
 * `journal` numbers every write, in the transaction that makes it: SQLite has one writer at a time, so numbers
 * appear in the order of commits.
 */
export const LEDGER_SCHEMA: readonly string[] = [
  `
  CREATE TABLE decision (
    id TEXT PRIMARY KEY,
    scope TEXT NOT NULL,
    value TEXT NOT NULL,
    action TEXT NOT NULL,
    reason TEXT NOT NULL,
    origin TEXT NOT NULL,
    source TEXT NOT NULL,
    weight REAL NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    session TEXT,
    start INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    length_bits INTEGER NOT NULL,
    expiry_revised INTEGER,
    lifted_at INTEGER,
    lifted_by TEXT,
    lifted_reason TEXT,
    made_id TEXT NOT NULL UNIQUE,
    made_by TEXT NOT NULL,
    first_expires INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX decision_in_force ON decision (length_bits, start, ends);
  CREATE INDEX decision_by_age ON decision (created, id, start, ends);
  CREATE INDEX decision_by_value ON decision (value, created, id);
  CREATE INDEX decision_by_origin ON decision (origin, created, id, start, ends);

  CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    decision TEXT NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    expires INTEGER,
    reason TEXT NOT NULL,
    early INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX event_by_decision ON event (decision);
  CREATE INDEX event_early ON event (at) WHERE early = 1;

  CREATE TABLE policy (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (name, version)
  ) STRICT;

  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    "from" TEXT NOT NULL,
    result TEXT NOT NULL,
    detail TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_by_time ON audit (at);
  CREATE INDEX audit_by_actor ON audit (actor, at);
  CREATE INDEX audit_by_action ON audit (action, at);
  `,
  // What is there already is journalled in order of time; of one time, what an audit entry tells of comes after it.
  `
  CREATE TABLE journal (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  INSERT INTO journal (kind, id, at)
  SELECT kind, id, at FROM (
    SELECT 0 AS rank, seq AS place, 'audit' AS kind, id, at FROM audit
    UNION ALL SELECT 1, rowid, 'decision', made_id, start FROM decision
    UNION ALL SELECT 2, seq, 'decision', id, at FROM event
    UNION ALL SELECT 3, rowid, 'policy', name || '@' || version, at FROM policy
  ) ORDER BY at, rank, place;
  `,
];
