import { normalize } from '@aegis/analyze';
import type { Session } from '@aegis/model';
import { ScenarioEngine } from '@aegis/scenario';
import { expect, test, vi } from 'vitest';
import { BEGINNING } from '../decisions/decision-fixture.ts';
import { builtInScenarioFiles, loadScenarios } from '../node/load-scenarios.ts';
import { bruteForce, visit } from './pipeline-fixture.ts';
import { ScenarioWatch } from './scenario-watch.ts';

function sessionOf(input: unknown): Session {
  const normalized = normalize(input, { receivedAt: BEGINNING });
  if (!normalized.ok) throw new Error(normalized.error.message);
  return normalized.value;
}

function scene() {
  const rules = loadScenarios(builtInScenarioFiles());
  if (!rules.ok) throw new Error('no rules');
  const engine = new ScenarioEngine(rules.value);
  return { watch: new ScenarioWatch(engine, () => []), observe: vi.spyOn(engine, 'observe') };
}

test('a rule that fires becomes a proposal about its moment', () => {
  const { watch } = scene();
  expect(watch.observe(sessionOf(visit(1)))).toEqual([]);
  const fired = watch
    .observe(sessionOf(bruteForce(2)))
    .find(({ proposal }) => proposal.source === 'scenario/web-login-brute-force');
  expect(fired?.at).toBeGreaterThan(BEGINNING - 30_000);
  expect(fired?.proposal).toMatchObject({
    scope: 'ip',
    value: '198.18.0.2',
    action: 'ban',
    origin: 'aegis',
    source: 'scenario/web-login-brute-force',
    session: 'session-2',
    key: `scenario:web-login-brute-force:198.18.0.2:${fired?.at}`,
  });
});

test('a session that comes again fills no bucket and has the same answer', () => {
  const { watch, observe } = scene();
  const session = sessionOf(bruteForce(2));
  const first = watch.observe(session);
  const calls = observe.mock.calls.length;
  expect(watch.observe(session)).toBe(first);
  expect(observe).toHaveBeenCalledTimes(calls);
});

test('what is remembered is bounded', () => {
  const { watch, observe } = scene();
  const session = sessionOf(visit(1));
  watch.observe(session);
  for (let n = 0; n < 40_000; n++) watch.observe({ ...session, id: `other-${n}`, observations: [] });
  observe.mockClear();
  watch.observe(session);
  expect(observe).toHaveBeenCalledTimes(1);
});
