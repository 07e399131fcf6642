import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { AegisError, type SessionRecord } from '@aegis/model';
import type { SessionFiles } from './session-files.ts';

/** What a query has to select so that the record can be read. */
export const PLACE_COLUMNS =
  'session.id, session.uuid, session.offset, session.bytes, (SELECT path FROM file WHERE file.id = session.file) AS path';

/** Reads records from wherever their index rows say they stand. */
export class RecordReader {
  readonly #files: SessionFiles;

  constructor(files: SessionFiles) {
    this.#files = files;
  }

  byUuid(db: DatabaseSync, uuid: string): SessionRecord | undefined {
    const row = db.prepare(`SELECT ${PLACE_COLUMNS} FROM session WHERE uuid = ?`).get(uuid);
    return row && this.record(db, row);
  }

  /** The JSON as it was stored. */
  json(db: DatabaseSync, row: Record<string, SQLOutputValue>): string {
    if (row.path !== null) {
      return this.#files.read(String(row.path), { offset: Number(row.offset), bytes: Number(row.bytes) });
    }
    return String(db.prepare('SELECT json FROM session_body WHERE session = ?').get(Number(row.id))?.json);
  }

  record(db: DatabaseSync, row: Record<string, SQLOutputValue>): SessionRecord {
    return parseRecord(this.json(db, row), row);
  }
}

/** Throws AegisError `archive_unavailable` where the JSON is not the row's record. */
export function parseRecord(json: string, { uuid, path }: Record<string, SQLOutputValue>): SessionRecord {
  try {
    const record = JSON.parse(json) as SessionRecord;
    // SQLite keeps UTF-8, in which a lone surrogate is U+FFFD.
    if (record.sess_uuid.toWellFormed() === uuid) return record;
  } catch {
    // Falls through: it is as wrong as another session's record.
  }
  throw new AegisError(
    'archive_unavailable',
    `${String(path)} no longer holds session ${JSON.stringify(uuid)} where it was written; the file was changed from outside`,
  );
}
