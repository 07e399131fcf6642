import type { DatabaseSync } from 'node:sqlite';
import { THREAT_LEVELS, type ThreatLevel } from '@aegis/model';
import type { SessionStats, TimeRange } from '@aegis/ports';
import { addressOfKey } from './address-key.ts';
import { labelCounts } from './label-counts.ts';
import { HOUR_MS, hourOf, type TallyKind } from './tallies.ts';

const TOP_SOURCES = 20;
/** Beyond what a Date can hold, ms. */
const FOREVER = 9e15;

/** Half open, ms. */
type Span = readonly [from: number, to: number];
type Counts = Map<string, number>;

/** Whole hours from the tallies; what is left at the two ends, less than an hour each, from the sessions. */
export function sessionStats(db: DatabaseSync, { from = -FOREVER, to = FOREVER }: TimeRange): SessionStats {
  const { hours, edges } = split(from, to);
  const counts = new Map<TallyKind | 'hour', Counts>();
  const add = (kind: TallyKind | 'hour', value: string, n: number): void => {
    const values = counts.get(kind) ?? new Map<string, number>();
    counts.set(kind, values.set(value, (values.get(value) ?? 0) + n));
  };
  addTallies(db, hours, add);
  for (const edge of edges) addSessions(db, edge, add);

  const of = (kind: TallyKind | 'hour'): Counts => counts.get(kind) ?? new Map<string, number>();
  const levels = THREAT_LEVELS.map((level) => [level, of('level').get(level) ?? 0] as const);
  return {
    sessions: levels.reduce((sum, [, n]) => sum + n, 0),
    requests: of('requests').get('') ?? 0,
    by_level: Object.fromEntries(levels) as Record<ThreatLevel, number>,
    by_attack_type: Object.fromEntries(of('type')),
    by_tool: Object.fromEntries(of('tool')),
    by_country: Object.fromEntries(of('country')),
    by_technique: Object.fromEntries(of('technique')),
    by_owner: Object.fromEntries(of('owner')),
    by_network: Object.fromEntries(of('network')),
    by_client: Object.fromEntries(of('client')),
    by_hour: Array.from({ length: 24 }, (_, hour) => of('hour').get(String(hour)) ?? 0),
    top_sources: topSources(db, hours, edges),
  };
}

export function split(from: number, to: number): { readonly hours: Span; readonly edges: readonly Span[] } {
  const hours: Span = [hourOf(from + HOUR_MS - 1), hourOf(to)];
  if (hours[0] >= hours[1]) return { hours: [0, 0], edges: [[from, to]] };
  return {
    hours,
    edges: [
      [from, hours[0]],
      [hours[1], to],
    ],
  };
}

type Add = (kind: TallyKind | 'hour', value: string, n: number) => void;

function addTallies(db: DatabaseSync, hours: Span, add: Add): void {
  const sums = db.prepare(
    'SELECT kind, value, sum(n) AS n FROM tally WHERE hour >= ? AND hour < ? GROUP BY kind, value',
  );
  for (const row of sums.iterate(...hours)) add(row.kind as TallyKind, String(row.value), Number(row.n));
  const levels = db.prepare(
    "SELECT hour, sum(n) AS n FROM tally WHERE hour >= ? AND hour < ? AND kind = 'level' GROUP BY hour",
  );
  for (const row of levels.iterate(...hours)) add('hour', hourName(row.hour), Number(row.n));
}

function addSessions(db: DatabaseSync, span: Span, add: Add): void {
  const rows = db.prepare(
    'SELECT start, requests, level, tool, country, owner, network, client FROM session WHERE start >= ? AND start < ?',
  );
  for (const row of rows.iterate(...span)) {
    add('hour', hourName(row.start), 1);
    add('requests', '', Number(row.requests));
    add('level', String(row.level), 1);
    for (const kind of ['tool', 'country', 'owner', 'network', 'client'] as const) {
      if (row[kind] !== null) add(kind, String(row[kind]), 1);
    }
  }
  for (const kind of ['type', 'technique'] as const) {
    for (const { value, sessions } of labelCounts(db, kind, ...span)) add(kind, value, sessions);
  }
}

function hourName(at: unknown): string {
  return String(new Date(Number(at)).getUTCHours());
}

function topSources(db: DatabaseSync, hours: Span, edges: readonly Span[]): SessionStats['top_sources'] {
  const edge = 'UNION ALL SELECT peer, 1, score FROM session WHERE start >= ? AND start < ?';
  const rows = db
    .prepare(
      `SELECT peer, sum(sessions) AS sessions, max(max_risk) AS max_risk FROM (
         SELECT peer, sessions, max_risk FROM source_tally WHERE hour >= ? AND hour < ?
         ${edges.map(() => edge).join(' ')})
       GROUP BY peer ORDER BY 2 DESC, 3 DESC, peer LIMIT ?`,
    )
    .all(...hours, ...edges.flat(), TOP_SOURCES);
  return rows.map((row) => ({
    peer_ip: addressOfKey(row.peer as Uint8Array),
    sessions: Number(row.sessions),
    max_risk: Number(row.max_risk),
  }));
}
