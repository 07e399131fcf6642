import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestNode, type TestNode } from './fixture/test-node.ts';

let node: TestNode;
beforeEach(async () => {
  node = await startTestNode();
});
afterEach(() => node.close());

const answer = async (path: string) => (await node.fetch(path, { as: 'viewer' })).json();

test('a summary has each period beside the one before it, and what came last', async () => {
  const now = Date.UTC(2026, 0, 2, 6);
  node.clock.advance(now - node.clock.now());
  const summary = (await answer('/v1/summary')) as Record<string, unknown>;
  expect(summary).toMatchObject({
    generated_at: '2026-01-02T06:00:00.000Z',
    today: { from: '2026-01-02T00:00:00.000Z', sessions: 2, before: { sessions: 2 } },
    last_24h: { from: '2026-01-01T06:00:00.001Z', to: '2026-01-02T06:00:00.001Z' },
    stats_24h: { sessions: 2 },
    latest_alerts: [{ sess_uuid: 's-high' }],
  });
  expect(summary.latest_sessions).toHaveLength(2);
});

test('a series says its step and when each begins', async () => {
  expect(await answer('/v1/stats/series?from=2026-01-01&to=2026-01-02&step=day')).toEqual({
    step: 'day',
    steps: [
      {
        start: '2026-01-01T00:00:00.000Z',
        sessions: 2,
        requests: 2,
        by_level: { CRITICAL: 0, HIGH: 1, MEDIUM: 0, LOW: 1, INFO: 0 },
      },
    ],
  });
  expect((await node.fetch('/v1/stats/series?step=minute')).status).toBe(400);
});

test('countries and networks have shares; intelligence is bounded in time', async () => {
  expect(await answer('/v1/geo-distribution')).toEqual({
    sessions: 2,
    located: 0,
    countries: [],
    networks: [],
  });
  expect(await answer('/v1/threat-intel?days=7')).toHaveProperty('malicious_ips', []);
  expect((await node.fetch('/v1/threat-intel?days=0')).status).toBe(400);
});

test.each([
  ['stix', 'application/stix+json;version=2.1', 'sessions.stix.json'],
  ['ocsf', 'application/x-ndjson', 'sessions.ocsf.jsonl'],
])('an export as %s says what it is', async (format, type, file) => {
  const response = await node.fetch(`/v1/sessions/export?format=${format}`, { as: 'viewer' });
  expect(response.headers.get('content-type')).toBe(type);
  expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${file}"`);
  expect((await response.text()).length).toBeGreaterThan(500);
});
