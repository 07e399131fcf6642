import { seededRandom } from '@aegis/model';
import { expect, test } from 'vitest';
import { siege } from './siege.ts';

test('honest members are never refused, and abusers end where they belong', {
  timeout: 120_000,
}, async () => {
  const report = await siege({
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    random: seededRandom(11),
    honest: 60,
    forMs: 18_000,
  });
  expect(report.honest).toMatchObject({ users: 60, refused: 0, disconnected: 0, refusedPercent: 0 });
  expect(report.honest.calls).toBeGreaterThan(60);
  expect(report.honest.messagesHeard).toBeGreaterThan(report.honest.heardFromAbusers);
  expect(report.abusers.map(({ name }) => name)).toHaveLength(3);
  for (const { state, belongs } of report.abusers) expect(belongs).toContain(state);
  expect(report.address).toMatchObject({ banned: false });
});
