import { ManualClock } from '@aegis/model';
import type { Stream } from '@aegis/ports';
import { streamConformance } from '@aegis/ports/conformance';
import { describeWithReal, type RabbitMqServer, startRabbitMq } from '@aegis/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRabbitMqStream } from './rabbitmq-stream.ts';
import type { QueueType } from './topology.ts';

const GROUPS = ['g'];

describeWithReal('rabbitmq', 'Stream on a real RabbitMQ, in classic and quorum queues', () => {
  let server: RabbitMqServer;
  let number = 0;
  const clock = new ManualClock();
  beforeAll(async () => {
    server = await startRabbitMq();
  }, 150_000);
  afterAll(() => server.remove());

  for (const queueType of ['classic', 'quorum'] satisfies QueueType[]) {
    const open = async (): Promise<Stream> =>
      openRabbitMqStream({ url: server.url, stream: `stream-${number}`, groups: GROUPS, queueType, clock });
    streamConformance(
      `rabbitmq, ${queueType} queues`,
      {
        open: () => {
          number++;
          return open();
        },
        reopen: open,
        advance: async (ms) => clock.advance(ms),
        // The next one gets queues of its own, and all of them go with the server.
        cleanup: async () => undefined,
      },
      'queues',
    );
  }

  test('what was acknowledged outlives a kill -9 of the server, and comes after it is back', async () => {
    const open = (): Stream =>
      openRabbitMqStream({ url: server.url, stream: 'killed', groups: ['g'], clock, timeoutMs: 5_000 });
    const stream = open();
    const acknowledged: string[] = [];
    let next = 0;
    const write = async (): Promise<void> => {
      for (;;) {
        const payload = `m-${next++}`;
        try {
          await stream.append([payload]);
        } catch (error) {
          expect(error).toMatchObject({ code: 'stream_unavailable' });
          return;
        }
        acknowledged.push(payload);
      }
    };
    const writers = Promise.all([write(), write(), write()]);
    while (acknowledged.length < 50) await new Promise(setImmediate);
    await server.keeps('killed.g');
    await server.server.kill();
    await writers;
    await server.start();
    const group = await stream.group('g');
    const found = new Set<string>();
    let deliveries = await group.read('c', { count: 100, blockMs: 10_000 });
    while (deliveries.length > 0) {
      for (const { payload } of deliveries) found.add(payload);
      await group.ack(deliveries.map(({ id }) => id));
      deliveries = await group.read('c', { count: 100, blockMs: 500 });
    }
    expect(acknowledged.filter((payload) => !found.has(payload))).toEqual([]);
    await stream.close();
  }, 180_000);

  test('a full queue refuses, and takes more once something is finished', async () => {
    const stream = openRabbitMqStream({
      url: server.url,
      stream: 'full',
      groups: ['g'],
      clock,
      maxLength: 5,
      queueType: 'classic',
    });
    await stream.append(['1', '2', '3', '4', '5']);
    await expect(stream.append(['6'])).rejects.toMatchObject({ code: 'stream_full' });
    const group = await stream.group('g');
    const [first] = await group.read('c', { count: 1, blockMs: 5_000 });
    await group.ack([first?.id as string]);
    await stream.append(['7']);
    await stream.close();
  });
});
