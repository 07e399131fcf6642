import { busConformance } from '@aegis/ports/conformance';
import { expect, test, vi } from 'vitest';
import { createLocalBus } from './local-bus.ts';

const KEEP = 1024;

busConformance('local', {
  open: async () => createLocalBus({ keep: KEEP }),
  forgetsAfter: KEEP,
  cleanup: async () => {},
});

test('a position of an earlier life of the process is a gap, not a place in this one', async () => {
  const before = createLocalBus();
  await before.publish('t', 'old');
  const position = await before.publish('t', 'older life');
  const bus = createLocalBus();
  for (const payload of ['a', 'b', 'c']) await bus.publish('t', payload);
  const seen: string[] = [];
  for (const after of [position, 'nonsense', ''])
    await bus.subscribe('t', ({ payload }) => void seen.push(payload), {
      after,
      onGap: () => seen.push('gap'),
    });
  await vi.waitFor(() => expect(seen).toHaveLength(12));
  expect(seen).toEqual(['gap', 'a', 'b', 'c', 'gap', 'a', 'b', 'c', 'gap', 'a', 'b', 'c']);
});

test('a handler that falls behind what is kept meets a gap and goes on with the oldest that is left', async () => {
  const bus = createLocalBus({ keep: 4 });
  const gate = Promise.withResolvers<void>();
  const seen: string[] = [];
  const handler = async ({ payload }: { payload: string }): Promise<void> => {
    seen.push(payload);
    await gate.promise;
  };
  await bus.subscribe('t', handler, { onGap: () => seen.push('gap') });
  await bus.publish('t', 'first');
  await vi.waitFor(() => expect(seen).toEqual(['first']));
  for (let i = 0; i < 10; i++) await bus.publish('t', `m${i}`);
  gate.resolve();
  await vi.waitFor(() => expect(seen).toEqual(['first', 'gap', 'm6', 'm7', 'm8', 'm9']));
});
