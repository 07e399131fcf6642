import { type Logger, silentLogger } from '@aegis/model';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { timer } from './timer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('work is done again and again, never twice at once, until it is stopped', async () => {
  let running = 0;
  let turns = 0;
  const part = timer(
    'work',
    1_000,
    async () => {
      expect(++running).toBe(1);
      turns += 1;
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      running -= 1;
    },
    silentLogger,
  );
  await part.start();
  await vi.advanceTimersByTimeAsync(999);
  expect(turns).toBe(0);
  await vi.advanceTimersByTimeAsync(12_001);
  expect(turns).toBe(3);
  const stopping = part.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  await stopping;
  expect([turns, running]).toEqual([3, 0]);
});

test('a failure is logged and the next turn comes all the same', async () => {
  const errors: unknown[] = [];
  const logger: Logger = { ...silentLogger, error: (fields) => errors.push(fields) };
  let turns = 0;
  const part = timer(
    'retention',
    10,
    () => {
      turns += 1;
      throw new Error('away');
    },
    logger,
  );
  await part.start();
  await vi.advanceTimersByTimeAsync(35);
  await part.stop();
  expect(turns).toBe(3);
  expect(errors[0]).toEqual({ timer: 'retention', error: 'Error: away' });
});

test('stopping waits for the turn that is under way', async () => {
  const gate = Promise.withResolvers<void>();
  const part = timer('work', 10, () => gate.promise, silentLogger);
  await part.start();
  await vi.advanceTimersByTimeAsync(10);
  let stopped = false;
  const stopping = Promise.resolve(part.stop()).then(() => {
    stopped = true;
  });
  await vi.advanceTimersByTimeAsync(100);
  expect(stopped).toBe(false);
  gate.resolve();
  await stopping;
});
