import { Result, type Timestamp } from '@aegis/model';
import type { Archive } from '@aegis/ports';
import { z } from 'zod';
import {
  alertsOf,
  GeoDocument,
  type PeriodDocument,
  SeriesDocument,
  StatsDocument,
  SummaryDocument,
  seriesDocument,
  ThreatsDocument,
} from '../documents/stats-document.ts';
import { AskedTime, askedInteger, isoTime } from '../documents/values.ts';
import { withoutUndefined } from '../documents/without-undefined.ts';
import { defineRoute, type Reply, type Route } from '../route.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ALERT_SCORE = 70;
const LATEST = 10;

const range = { from: AskedTime.optional(), to: AskedTime.optional() };
const RangeQuery = z.strictObject(range);
const SeriesQuery = z.strictObject({
  ...range,
  step: z.enum(['hour', 'day']).default('hour').meta({ description: 'Default hour.' }),
});
const ThreatsQuery = z.strictObject({
  days: askedInteger(1, 365).default(30).meta({ description: 'How far back; default 30.' }),
});

export const statsRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/stats',
    id: 'getStats',
    tag: 'statistics',
    summary: 'Counts by level, attack type, tool, country, technique, owner, network, client and hour.',
    permission: 'sessions:read',
    query: RangeQuery,
    answers: { 200: { description: 'Exact at the moment of asking.', schema: StatsDocument } },
    async handler({ services: { archive } }, { query }) {
      return Result.ok<Reply>({ status: 200, body: await archive.stats(withoutUndefined(query)) });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/stats/series',
    id: 'getSeries',
    tag: 'statistics',
    summary: 'Sessions by hour or day; the last 24 hours, or 30 days, where no range is asked for.',
    description: 'At most 2,000 steps. The first and the last count only what lies in the range.',
    permission: 'sessions:read',
    query: SeriesQuery,
    answers: { 200: { description: 'One step after the other, empty ones too.', schema: SeriesDocument } },
    async handler({ services: { archive }, clock }, { query: { from, to = clock.now(), step } }) {
      const start = from ?? to - (step === 'hour' ? DAY_MS : 30 * DAY_MS);
      const steps = await archive.series({ from: start, to, step });
      return Result.ok<Reply>({ status: 200, body: seriesDocument(step, steps) });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/summary',
    id: 'getSummary',
    tag: 'statistics',
    summary: 'What a dashboard shows: today, a day and a week, each beside the period before it.',
    permission: 'sessions:read',
    answers: { 200: { description: 'The summary.', schema: SummaryDocument } },
    async handler({ services: { archive }, clock }) {
      const now = clock.now();
      const today = Math.floor(now / DAY_MS) * DAY_MS;
      const [latest, alerts] = await Promise.all([
        archive.find({ limit: LATEST }),
        archive.find({ limit: LATEST, minScore: ALERT_SCORE }),
      ]);
      const body = {
        generated_at: isoTime(now),
        today: await period(archive, today, now + 1),
        last_24h: await period(archive, now + 1 - DAY_MS, now + 1),
        last_7d: await period(archive, now + 1 - 7 * DAY_MS, now + 1),
        stats_24h: await archive.stats({ from: now + 1 - DAY_MS, to: now + 1 }),
        latest_alerts: alerts.sessions,
        latest_sessions: latest.sessions,
      };
      return Result.ok<Reply>({ status: 200, body });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/geo-distribution',
    id: 'getGeoDistribution',
    tag: 'statistics',
    summary: 'Where sessions came from: countries and networks, the most first.',
    permission: 'sessions:read',
    query: RangeQuery,
    answers: { 200: { description: 'Shares are of all sessions.', schema: GeoDocument } },
    async handler({ services: { archive } }, { query }) {
      const { sessions, by_country, by_network } = await archive.stats(withoutUndefined(query));
      const ranked = <Name extends string>(name: Name, counts: Readonly<Record<string, number>>) =>
        Object.entries(counts)
          .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
          .map(([value, count]) => ({ [name]: value, sessions: count, share: count / sessions }));
      const located = Object.values(by_country).reduce((sum, count) => sum + count, 0);
      const body = {
        sessions,
        located,
        countries: ranked('country', by_country),
        networks: ranked('network', by_network),
      };
      return Result.ok<Reply>({ status: 200, body });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/threat-intel',
    id: 'getThreatIntel',
    tag: 'statistics',
    summary: 'What was learned of attackers: addresses, attack types, techniques and payloads.',
    permission: 'sessions:read',
    query: ThreatsQuery,
    answers: { 200: { description: 'The gravest or most frequent first.', schema: ThreatsDocument } },
    async handler({ services: { archive }, clock }, { query: { days } }) {
      return Result.ok<Reply>({ status: 200, body: await archive.intelligence(clock.now() - days * DAY_MS) });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/days',
    id: 'listDays',
    tag: 'statistics',
    summary: 'UTC days that have sessions, oldest first.',
    permission: 'sessions:read',
    answers: { 200: { description: 'The days.', schema: z.strictObject({ days: z.array(z.iso.date()) }) } },
    async handler({ services: { archive } }) {
      return Result.ok<Reply>({ status: 200, body: { days: await archive.days() } });
    },
  }),
];

async function period(archive: Archive, from: Timestamp, to: Timestamp): Promise<PeriodDocument> {
  const [now, before] = [
    await archive.stats({ from, to }),
    await archive.stats({ from: from - (to - from), to: from }),
  ];
  return {
    from: isoTime(from),
    to: isoTime(to),
    sessions: now.sessions,
    requests: now.requests,
    alerts: alertsOf(now),
    before: { sessions: before.sessions, requests: before.requests, alerts: alertsOf(before) },
  };
}
