import { AegisError } from '@aegis/model';
import type { ConsumerGroup } from '@aegis/ports';
import { expect, test } from 'vitest';
import { createHealth } from './health.ts';

const group = (stats: ConsumerGroup['stats']): ConsumerGroup => ({ stats }) as ConsumerGroup;
const well = group(async () => ({ waiting: 1, pending: 2, buried: 3 }));

test('ready while every part works', async () => {
  const health = createHealth(well, [{ name: 'pipeline', trouble: '' }]);
  expect(await health.report()).toEqual({
    ready: true,
    parts: {
      pipeline: { ok: true, detail: 'works' },
      stream: { ok: true, detail: '1 waiting, 2 in work, 3 dead letters' },
    },
  });
});

test('one part in trouble is enough not to be, and it says why; the others are told all the same', async () => {
  const parts = [
    { name: 'pipeline', trouble: 'no room left on the disk' },
    { name: 'enforcer', trouble: '' },
  ];
  expect(await createHealth(well, parts).report()).toMatchObject({
    ready: false,
    parts: { pipeline: { ok: false, detail: 'no room left on the disk' }, enforcer: { ok: true } },
  });
});

test('a stream that does not answer is a part in trouble, and no failure of the question', async () => {
  const away = group(() => Promise.reject(new AegisError('stream_unavailable', 'away')));
  expect(await createHealth(away, []).report()).toEqual({
    ready: false,
    parts: { stream: { ok: false, detail: 'away' } },
  });
});
