import type { DatabaseSync } from 'node:sqlite';

export type LabelKind = 'type' | 'technique';

export interface LabelCount {
  readonly value: string;
  readonly sessions: number;
  readonly first: number;
  readonly last: number;
}

/** Sessions by label with from <= start < to, for the labels that have any, by name. Walks the label key only. */
export function labelCounts(
  db: DatabaseSync,
  kind: LabelKind,
  from: number,
  to: number,
): readonly LabelCount[] {
  const counting = db.prepare(
    `SELECT count(*) AS sessions, min(start) AS first, max(start) AS last FROM session_label
     WHERE kind = ? AND value = ? AND start >= ? AND start < ?`,
  );
  return labelValues(db, kind)
    .map((value) => {
      const row = counting.get(kind, value, from, to);
      return { value, sessions: Number(row?.sessions), first: Number(row?.first), last: Number(row?.last) };
    })
    .filter(({ sessions }) => sessions > 0);
}

/** All distinct values, by jumping from one to the next along the key rather than reading every label. */
export function labelValues(db: DatabaseSync, kind: LabelKind): readonly string[] {
  const rows = db
    .prepare(
      `WITH RECURSIVE each (value) AS (
         SELECT min(value) FROM session_label WHERE kind = ?1
         UNION ALL
         SELECT (SELECT min(value) FROM session_label WHERE kind = ?1 AND value > each.value)
         FROM each WHERE each.value IS NOT NULL)
       SELECT value FROM each WHERE value IS NOT NULL`,
    )
    .all(kind);
  return rows.map((row) => String(row.value));
}
