import { ManualClock, silentLogger } from '@aegis/model';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Lifecycle } from './lifecycle.ts';
import { Metrics } from './metrics.ts';
import { testConfig } from './node-fixture.ts';
import { type PeriodicWorkOptions, periodicWork } from './periodic-work.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const DAY = 86_400_000;
const MINUTE = 60_000;

function scene() {
  const config = testConfig('/nowhere');
  const clock = new ManualClock();
  const done: string[] = [];
  const note = (what: string) => async (value: number) => {
    done.push(`${what} ${(clock.now() - value) / DAY}`);
    return 0;
  };
  const options = {
    config,
    clock,
    metrics: new Metrics(),
    logger: silentLogger,
    decisions: { sweep: () => done.push('sweep') },
    policies: { protectOwnAddresses: async () => done.push('own addresses') },
    intake: { backlog: async () => ({ waiting: 3, pending: 2, buried: 1 }) },
    stores: {
      stream: { trim: async (ms: number) => done.push(`trim ${ms / MINUTE} min`) },
      ledger: { retain: note('retain') },
      trail: { expire: note('expire') },
      memory: { forget: note('forget') },
    },
  };
  const parts = periodicWork(options as unknown as PeriodicWorkOptions);
  const stop = async (): Promise<void> => {
    for (const part of parts) await part.stop();
  };
  return { done, metrics: options.metrics, parts, stop };
}

async function started({ parts }: { readonly parts: Parameters<Lifecycle['start']>[0] }): Promise<void> {
  for (const part of parts) await part.start();
}

test('what expired is swept every second, the backlog measured, the stream trimmed', async () => {
  const here = scene();
  await started(here);
  await vi.advanceTimersByTimeAsync(MINUTE);
  await here.stop();
  expect(here.done.filter((each) => each === 'sweep')).toHaveLength(60);
  expect(here.done).toContain('trim 10 min');
  const { values } = await here.metrics.backlog.get();
  expect(values.map(({ labels, value }) => [labels.state, value])).toEqual([
    ['waiting', 3],
    ['pending', 2],
    ['buried', 1],
  ]);
});

test('what is kept no longer goes every hour: decisions, audit and trail after a year, attackers after thirty days', async () => {
  const here = scene();
  await started(here);
  await vi.advanceTimersByTimeAsync(60 * MINUTE);
  await here.stop();
  expect(here.done.filter((each) => /retain|expire|forget/.test(each))).toEqual([
    'retain 365',
    'expire 365',
    'forget 30',
  ]);
});

test('the addresses of the machine are looked at every minute', async () => {
  const here = scene();
  await started(here);
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  await here.stop();
  expect(here.done.filter((each) => each === 'own addresses')).toHaveLength(5);
});
