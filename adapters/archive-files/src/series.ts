import type { DatabaseSync } from 'node:sqlite';
import { AegisError, THREAT_LEVELS, type ThreatLevel, type Timestamp } from '@aegis/model';
import { SERIES_LIMIT, type SeriesQuery, type SeriesStep } from '@aegis/ports';
import { split } from './stats.ts';
import { HOUR_MS } from './tallies.ts';

const STEP_MS = { hour: HOUR_MS, day: 24 * HOUR_MS } as const;

/** Throws AegisError `bad_query` for more than SERIES_LIMIT steps. */
export function sessionSeries(db: DatabaseSync, { from, to, step }: SeriesQuery): readonly SeriesStep[] {
  const size = STEP_MS[step];
  const first = Math.floor(from / size) * size;
  const count = to <= from ? 0 : Math.ceil((to - first) / size);
  if (!(count <= SERIES_LIMIT)) {
    throw new AegisError('bad_query', `${count} steps are asked for; at most ${SERIES_LIMIT} are answered`);
  }
  const steps = Array.from({ length: count }, (_, i) => emptyStep(first + i * size));
  const add = (at: unknown, kind: unknown, value: unknown, n: unknown): void => {
    const place = steps[Math.floor((Number(at) - first) / size)];
    if (place === undefined) return;
    if (kind === 'requests') place.requests += Number(n);
    else {
      place.sessions += Number(n);
      place.by_level[value as ThreatLevel] += Number(n);
    }
  };
  const { hours, edges } = split(from, to);
  const tallies = db.prepare(
    "SELECT hour, kind, value, n FROM tally WHERE hour >= ? AND hour < ? AND kind IN ('level', 'requests')",
  );
  for (const { hour, kind, value, n } of tallies.iterate(...hours)) add(hour, kind, value, n);
  const sessions = db.prepare('SELECT start, level, requests FROM session WHERE start >= ? AND start < ?');
  for (const edge of edges) {
    for (const { start, level, requests } of sessions.iterate(...edge)) {
      add(start, 'level', level, 1);
      add(start, 'requests', '', requests);
    }
  }
  return steps;
}

function emptyStep(start: Timestamp) {
  const byLevel = Object.fromEntries(THREAT_LEVELS.map((level) => [level, 0]));
  return { start, sessions: 0, requests: 0, by_level: byLevel as Record<ThreatLevel, number> };
}
