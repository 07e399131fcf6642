import type { Address } from '@aegis/model';
import { ManualClock, silentLogger } from '@aegis/model';
import { parseRules } from '@aegis/scenario';
import { expect, test, vi } from 'vitest';
import type { TimedProposal } from '../pipeline/timed-proposal.ts';
import { type MirroredRequest, RequestMirror } from './request-mirror.ts';
import { ScenarioEye } from './scenario-eye.ts';
import { toldObservation } from './told-observation.ts';

const parsed = parseRules(
  'test.yaml',
  `name: probe
about: a probe
on: http
where: { path: { contains: /.env } }
capacity: 2
leak: 1h
attack_type: scanner
confidence: 90
propose: { action: ban, for: 1h }
must_catch: [{ about: x, events: [{ repeat: 3, observation: { target: /.env } }] }]
must_not: [{ about: x, events: [{ observation: { target: / } }] }]
`,
);
const rules = parsed.ok ? parsed.value : [];

const request = (client: string, target: string, at: number): MirroredRequest => ({
  client: client as Address,
  request: { kind: 'http', at, method: 'GET', target, headers: {}, cookies: {} },
});

function scene(capacity: number, propose: (proposals: readonly TimedProposal[]) => Promise<void>) {
  const outcomes: string[] = [];
  const eye = new ScenarioEye({ rules, maxBuckets: 1_000, propose, onAlert() {}, logger: silentLogger });
  const clock = new ManualClock(0);
  const mirror = new RequestMirror({ capacity, eye, clock, onCopy: (outcome) => outcomes.push(outcome) });
  return { mirror, outcomes };
}

test('what is copied is looked at later and becomes proposals about whoever did it', async () => {
  const proposed: TimedProposal[] = [];
  const { mirror } = scene(100, async (proposals) => void proposed.push(...proposals));
  for (let n = 0; n < 3; n++) {
    mirror.copy(request('192.0.2.1', '/.env', n));
    mirror.copy(request('192.0.2.2', '/', n));
  }
  expect(proposed).toEqual([]);
  await vi.waitFor(() => expect(proposed).toHaveLength(1), { timeout: 30_000 });
  expect(proposed[0]?.proposal).toMatchObject({
    scope: 'ip',
    value: '192.0.2.1',
    action: 'ban',
    key: 'scenario:probe:192.0.2.1:2',
  });
  await mirror.stop();
});

test('where there is no room copies are dropped and counted, and nobody waits', async () => {
  const { mirror, outcomes } = scene(4, async () => {});
  for (let n = 0; n < 10; n++) mirror.copy(request('192.0.2.1', '/', n));
  expect(outcomes.filter((outcome) => outcome === 'dropped')).toHaveLength(6);
  expect(mirror.dropped).toBe(6);
  await mirror.stop();
});

test('proposals that cannot be made are made again', async () => {
  const proposed: TimedProposal[] = [];
  let failures = 1;
  const { mirror } = scene(100, async (proposals) => {
    if (failures-- > 0) throw new Error('the ledger is away');
    proposed.push(...proposals);
  });
  for (let n = 0; n < 3; n++) mirror.copy(request('192.0.2.1', '/.env', n));
  await vi.waitFor(() => expect(proposed).toHaveLength(1), { timeout: 30_000 });
  await mirror.stop();
});

test('a request is what the proxy told, bounded; without a target there is none', () => {
  const headers: Record<string, string> = {
    'x-forwarded-uri': `/a?${'b'.repeat(50_000)}`,
    'x-forwarded-method': 'post',
    'x-forwarded-host': 'example.org',
    'user-agent': 'curl/8.5.0',
    cookie: '__proto__=1; a=b',
  };
  const told = toldObservation((name) => headers[name], 7);
  expect(told).toMatchObject({
    at: 7,
    method: 'POST',
    headers: { host: 'example.org', 'user-agent': 'curl/8.5.0' },
  });
  expect(told?.target.length).toBe(16_384);
  expect(told?.cookies.a).toBe('b');
  expect(({} as { a?: string }).a).toBeUndefined();
  expect(toldObservation(() => undefined, 7)).toBeUndefined();
});
