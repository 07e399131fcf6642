/**
 * One row a message, however many groups there are: a group is a cursor, and a `pending` row exists only while
 * a delivery is under way.
 *
 * `stream_state.appended` gives the ids, which are never used twice. A group's `passed` counts the messages that
 * are behind its cursor or were trimmed before the group was made, so that `appended - passed` is what it still
 * has to see without counting rows.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE stream_state (
     id       INTEGER PRIMARY KEY CHECK (id = 1),
     appended INTEGER NOT NULL,
     kept     INTEGER NOT NULL,
     bytes    INTEGER NOT NULL
   );
   INSERT INTO stream_state VALUES (1, 0, 0, 0);

   CREATE TABLE message (
     id      INTEGER PRIMARY KEY,
     at      INTEGER NOT NULL,
     bytes   INTEGER NOT NULL,
     payload TEXT NOT NULL
   );
   CREATE INDEX message_at ON message (at);

   CREATE TABLE consumer_group (
     id     INTEGER PRIMARY KEY,
     name   TEXT NOT NULL UNIQUE,
     cursor INTEGER NOT NULL,
     passed INTEGER NOT NULL
   );

   CREATE TABLE pending (
     group_id     INTEGER NOT NULL REFERENCES consumer_group,
     message      INTEGER NOT NULL,
     consumer     TEXT NOT NULL,
     attempt      INTEGER NOT NULL,
     delivered_at INTEGER NOT NULL,
     PRIMARY KEY (group_id, message)
   ) WITHOUT ROWID;
   CREATE INDEX pending_message ON pending (message);

   CREATE TABLE dead_letter (
     id       INTEGER PRIMARY KEY AUTOINCREMENT,
     group_id INTEGER NOT NULL REFERENCES consumer_group,
     message  INTEGER NOT NULL,
     payload  TEXT NOT NULL,
     reason   TEXT NOT NULL,
     attempt  INTEGER NOT NULL,
     at       INTEGER NOT NULL,
     UNIQUE (group_id, message)
   );`,
];
