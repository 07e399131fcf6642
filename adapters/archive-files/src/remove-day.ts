import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { type LabelKind, labelValues } from './label-counts.ts';
import type { SessionFiles } from './session-files.ts';
import { countDay } from './session-index.ts';
import { type Counted, Tallies } from './tallies.ts';
import { rangeOfDay } from './utc-day.ts';

/**
 * Removes at most `limit` of the day's sessions from the index, and with the last of them the day's files.
 * Returns how many went; fewer than `limit` say that the day is gone. Statistics are exact after every step. A
 * crash before the commit in which files went is repaired as any loss of files is: their rows go at the start.
 */
export function removeSomeOfDay(db: DatabaseSync, files: SessionFiles, day: string, limit: number): number {
  const { from, to } = rangeOfDay(day);
  const rows = db
    .prepare(
      `SELECT id, start, peer, score, requests, level, tool, country, owner, network, client
       FROM session WHERE start >= ? AND start < ? ORDER BY start DESC LIMIT ?`,
    )
    .all(from, to, limit);
  const labels = labelsOf(db, rows);
  const tallies = new Tallies(db);
  const counted = rows.map((row) => countedRow(row, labels.get(Number(row.id)) ?? []));
  const removeLabel = db.prepare(
    'DELETE FROM session_label WHERE kind = ? AND value = ? AND start = ? AND session = ?',
  );
  const removeBody = db.prepare('DELETE FROM session_body WHERE session = ?');
  const removeSession = db.prepare('DELETE FROM session WHERE id = ?');
  for (const [i, { start, types, techniques }] of counted.entries()) {
    const id = Number(rows[i]?.id);
    for (const type of types) removeLabel.run('type', type, start, id);
    for (const technique of techniques) removeLabel.run('technique', technique, start, id);
    removeBody.run(id);
    removeSession.run(id);
    tallies.remove(counted[i] as Counted);
  }
  tallies.flush();
  countDay(db, day, -rows.length);
  if (rows.length < limit) removeFiles(db, files, day);
  return rows.length;
}

function removeFiles(db: DatabaseSync, files: SessionFiles, day: string): void {
  const { from, to } = rangeOfDay(day);
  for (const table of ['tally', 'source_tally'])
    db.prepare(`DELETE FROM ${table} WHERE hour >= ? AND hour < ?`).run(from, to);
  const paths = db
    .prepare("DELETE FROM file WHERE path GLOB 'sessions/' || ? || '/*' RETURNING path")
    .all(day);
  for (const { path } of paths) files.remove(String(path));
  files.removeDay(day);
  files.remove(`stats/${day}_stats.json`);
  db.prepare('DELETE FROM day WHERE day = ?').run(day);
}

interface Label {
  readonly kind: LabelKind;
  readonly value: string;
}

/** The labels of these sessions by their ids, read along the label key: it begins with kind and value. */
function labelsOf(
  db: DatabaseSync,
  rows: readonly Record<string, SQLOutputValue>[],
): ReadonlyMap<number, readonly Label[]> {
  const labels = new Map<number, Label[]>(rows.map((row) => [Number(row.id), []]));
  const [newest, oldest] = [rows[0]?.start ?? 0, rows.at(-1)?.start ?? 0];
  const sessions = db.prepare(
    'SELECT session FROM session_label WHERE kind = ? AND value = ? AND start BETWEEN ? AND ?',
  );
  for (const kind of ['type', 'technique'] as const) {
    for (const value of labelValues(db, kind)) {
      for (const { session } of sessions.iterate(kind, value, oldest, newest))
        labels.get(Number(session))?.push({ kind, value });
    }
  }
  return labels;
}

function countedRow(row: Record<string, SQLOutputValue>, labels: readonly Label[]): Counted {
  const column = (name: string): string | null => {
    const value = row[name];
    return typeof value === 'string' ? value : null;
  };
  const labelled = (kind: LabelKind): readonly string[] =>
    labels.filter((each) => each.kind === kind).map(({ value }) => value);
  return {
    start: Number(row.start),
    peer: row.peer as Uint8Array,
    score: Number(row.score),
    requests: Number(row.requests),
    columns: {
      level: column('level'),
      tool: column('tool'),
      country: column('country'),
      owner: column('owner'),
      network: column('network'),
      client: column('client'),
    },
    types: labelled('type'),
    techniques: labelled('technique'),
  };
}
