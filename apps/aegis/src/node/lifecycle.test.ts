import { silentLogger } from '@aegis/model';
import { expect, test } from 'vitest';
import { Lifecycle, type Part } from './lifecycle.ts';

function recorder(): { readonly events: string[]; part(name: string, behaviour?: Partial<Part>): Part } {
  const events: string[] = [];
  return {
    events,
    part: (name, behaviour = {}) => ({
      name,
      start: () => void events.push(`start ${name}`),
      stop: () => void events.push(`stop ${name}`),
      ...behaviour,
    }),
  };
}

test('parts start in order and stop in reverse, once', async () => {
  const { events, part } = recorder();
  const lifecycle = new Lifecycle(silentLogger);
  await lifecycle.start([part('a'), part('b'), part('c')]);
  await Promise.all([lifecycle.stop(), lifecycle.stop()]);
  expect(events).toEqual(['start a', 'start b', 'start c', 'stop c', 'stop b', 'stop a']);
});

test('when one does not start, those before it are stopped and the failure names it', async () => {
  const { events, part } = recorder();
  const broken = part('broken', { start: () => Promise.reject(new Error('port in use')) });
  await expect(new Lifecycle(silentLogger).start([part('a'), broken, part('c')])).rejects.toMatchObject({
    code: 'start_failed',
    message: 'broken did not start: port in use',
  });
  expect(events).toEqual(['start a', 'stop a']);
});

test('a part that hangs or fails while stopping does not keep the others from stopping', async () => {
  const { events, part } = recorder();
  const lifecycle = new Lifecycle(silentLogger, 20);
  const hanging = part('hanging', { stop: () => new Promise(() => {}) });
  const failing = part('failing', { stop: () => Promise.reject(new Error('no')) });
  await lifecycle.start([part('a'), hanging, failing]);
  await lifecycle.stop();
  expect(events).toEqual(['start a', 'start hanging', 'start failing', 'stop a']);
});
