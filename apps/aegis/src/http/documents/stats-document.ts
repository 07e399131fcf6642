import { AttackType, THREAT_LEVELS, type ThreatLevel } from '@aegis/model';
import type { LearnedThreats, SeriesStep, SessionStats } from '@aegis/ports';
import { z } from 'zod';
import { SessionDocument } from './session-document.ts';
import { IsoTime, isoTime } from './values.ts';

const Counts = z.record(z.string(), z.int());
const LevelCounts: z.ZodType<Record<ThreatLevel, number>> = z.strictObject({
  CRITICAL: z.int(),
  HIGH: z.int(),
  MEDIUM: z.int(),
  LOW: z.int(),
  INFO: z.int(),
});

export const StatsDocument: z.ZodType<SessionStats> = z
  .looseObject({
    sessions: z.int(),
    requests: z.int(),
    by_level: LevelCounts,
    by_attack_type: Counts,
    by_tool: Counts,
    by_country: Counts,
    by_technique: Counts,
    by_owner: Counts.meta({ description: 'The likeliest owner of each session.' }),
    by_network: Counts.meta({ description: 'Autonomous systems.' }),
    by_client: Counts.meta({ description: 'Kinds of client.' }),
    by_hour: z.array(z.int()).length(24).meta({ description: 'By hour of the day, UTC.' }),
    top_sources: z.array(z.strictObject({ peer_ip: z.string(), sessions: z.int(), max_risk: z.number() })),
  })
  .meta({ id: 'Stats' });

export interface SeriesDocument {
  readonly step: 'hour' | 'day';
  readonly steps: readonly (Omit<SeriesStep, 'start'> & { readonly start: string })[];
}

export const SeriesDocument: z.ZodType = z
  .strictObject({
    step: z.enum(['hour', 'day']),
    steps: z.array(
      z.strictObject({ start: IsoTime, sessions: z.int(), requests: z.int(), by_level: LevelCounts }),
    ),
  })
  .meta({ id: 'Series' });

export function seriesDocument(step: 'hour' | 'day', steps: readonly SeriesStep[]): SeriesDocument {
  return { step, steps: steps.map((each) => ({ ...each, start: isoTime(each.start) })) };
}

/** One period and the one of the same length before it. */
export interface PeriodDocument {
  readonly from: string;
  readonly to: string;
  readonly sessions: number;
  readonly requests: number;
  /** Levels HIGH and CRITICAL. */
  readonly alerts: number;
  readonly before: { readonly sessions: number; readonly requests: number; readonly alerts: number };
}

const totals = { sessions: z.int(), requests: z.int(), alerts: z.int() };
const PeriodDocument = z
  .strictObject({ from: IsoTime, to: IsoTime, ...totals, before: z.strictObject(totals) })
  .meta({ id: 'Period', description: 'A period, and the one of the same length before it.' });

export const SummaryDocument: z.ZodType = z
  .strictObject({
    generated_at: IsoTime,
    today: PeriodDocument,
    last_24h: PeriodDocument,
    last_7d: PeriodDocument,
    stats_24h: StatsDocument,
    latest_alerts: z.array(SessionDocument),
    latest_sessions: z.array(SessionDocument),
  })
  .meta({ id: 'Summary' });

const seen = { sessions: z.int(), first_seen: IsoTime, last_seen: IsoTime };

export const ThreatsDocument: z.ZodType<LearnedThreats> = z
  .strictObject({
    malicious_ips: z.array(
      z.strictObject({
        peer_ip: z.string(),
        country: z.string().exactOptional(),
        max_risk: z.number(),
        ...seen,
      }),
    ),
    attack_types: z.array(z.strictObject({ name: z.string(), ...seen })),
    techniques: z.array(z.strictObject({ name: z.string(), ...seen })),
    payloads: z.array(
      z.strictObject({ payload: z.string(), attack_type: AttackType, sessions: z.int(), last_seen: IsoTime }),
    ),
  })
  .meta({ id: 'LearnedThreats' });

/** Where sessions came from, the most first. */
export const GeoDocument: z.ZodType = z
  .strictObject({
    sessions: z.int(),
    located: z.int().meta({ description: 'Sessions whose country is known.' }),
    countries: z.array(z.strictObject({ country: z.string(), sessions: z.int(), share: z.number() })),
    networks: z.array(z.strictObject({ network: z.string(), sessions: z.int(), share: z.number() })),
  })
  .meta({ id: 'GeoDistribution' });

/** How many sessions are alerts. */
export function alertsOf({ by_level: levels }: Pick<SessionStats, 'by_level'>): number {
  const [critical, high] = THREAT_LEVELS;
  return levels[critical] + levels[high];
}
