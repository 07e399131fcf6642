/** How tables of time are laid out: in partitions of PostgreSQL, or in TimescaleDB's hypertables. */
export type Layout = 'partitions' | 'hypertables';

/**
 * `journal` numbers every write, under a lock that one writer holds at a time, so that numbers appear in the order
 * of commits; it also tells which ids there are. `decision_event` and `audit` are what was written, only ever
 * added to, by time; `number` is that of the journal. `decision` is how each decision stands after all its events:
 * in force from `start` until `ends`. `length_bits` is the number of binary digits of `ends - start`: decisions of
 * one length class that are in force at a time all started within the last 2^class ms, so that `decision_in_force`
 * finds them for any time by one short range a class. `expiry_revised` is the time of the last event that moved
 * `expires`. `early` marks events that came before their decision was made. Times are milliseconds of UTC.
 *
 * Texts compare by their code points (COLLATE "C"), whatever the database was made with; see `storedText`.
 */
const TABLES = `
  CREATE TABLE journal (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    UNIQUE (kind, id)
  );
  CREATE INDEX journal_by_time ON journal (at);

  CREATE TABLE decision (
    id TEXT COLLATE "C" PRIMARY KEY,
    scope TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    origin TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    weight DOUBLE PRECISION NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    session TEXT COLLATE "C",
    start BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    length_bits SMALLINT NOT NULL,
    expiry_revised BIGINT,
    lifted_at BIGINT,
    lifted_by TEXT COLLATE "C",
    lifted_reason TEXT COLLATE "C"
  );
  CREATE INDEX decision_in_force ON decision (length_bits, start, ends);
  CREATE INDEX decision_by_age ON decision (created, id);
  CREATE INDEX decision_by_value ON decision (value, created, id);
  CREATE INDEX decision_by_origin ON decision (origin, created, id);
  CREATE INDEX decision_by_end ON decision (ends);

  CREATE TABLE policy (
    name TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL,
    author TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (name, version)
  );
`;

/** `expires` and `reason` are of what came after the making; `made` is the decision as it was made, as JSON. */
const DECISION_EVENT = `
  CREATE TABLE decision_event (
    number BIGINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    decision TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    by TEXT COLLATE "C" NOT NULL,
    expires BIGINT,
    reason TEXT COLLATE "C",
    made TEXT COLLATE "C",
    early BOOLEAN NOT NULL,
    PRIMARY KEY (at, number)
  )`;
const AUDIT = `
  CREATE TABLE audit (
    number BIGINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    target TEXT COLLATE "C" NOT NULL,
    "from" TEXT COLLATE "C" NOT NULL,
    result TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (at, number)
  )`;
const INDEXES = `
  CREATE INDEX decision_event_by_decision ON decision_event (decision);
  CREATE INDEX decision_event_early ON decision_event (decision) WHERE early;
  CREATE INDEX audit_by_actor ON audit (actor, at);
  CREATE INDEX audit_by_action ON audit (action, at);
`;

/** Rows of a month that no partition was made for: see `Partitions`. */
const PARTITIONED = `
  ${DECISION_EVENT} PARTITION BY RANGE (at);
  CREATE TABLE decision_event_other PARTITION OF decision_event DEFAULT;
  ${AUDIT} PARTITION BY RANGE (at);
  CREATE TABLE audit_other PARTITION OF audit DEFAULT;
`;

const DAY_MS = 86_400_000;
const CHUNK_MS = 30 * DAY_MS;
const COMPRESS_AFTER_MS = 45 * DAY_MS;

/** Chunks of 30 days, compressed when nobody writes to them any more. */
const HYPERTABLES = `
  CREATE FUNCTION ledger_now() RETURNS BIGINT LANGUAGE SQL STABLE AS
    'SELECT (extract(epoch FROM now()) * 1000)::BIGINT';
  ${DECISION_EVENT};
  ${AUDIT};
  ${['decision_event', 'audit'].map(hypertable).join('')}
`;

function hypertable(table: string): string {
  return `
    SELECT create_hypertable('${table}', 'at', chunk_time_interval => ${CHUNK_MS}::BIGINT);
    SELECT set_integer_now_func('${table}', 'ledger_now');
    ALTER TABLE ${table} SET (
      timescaledb.compress, timescaledb.compress_segmentby = '', timescaledb.compress_orderby = 'at, number');
    SELECT add_compression_policy('${table}', ${COMPRESS_AFTER_MS}::BIGINT);
  `;
}

/** Schema steps, oldest first; only ever appended to. */
export const LEDGER_MIGRATIONS: readonly ((layout: Layout) => string)[] = [
  (layout) => TABLES + (layout === 'hypertables' ? HYPERTABLES : PARTITIONED) + INDEXES,
];
