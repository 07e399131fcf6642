import type { OutletMessage } from '@aegis/ports';
import { outletConformance } from '@aegis/ports/conformance';
import { describeWithReal, type RabbitMqServer, startRabbitMq } from '@aegis/testing';
import { connect } from 'amqplib';
import { afterAll, beforeAll, vi } from 'vitest';
import { openRabbitMqOutlet } from './rabbitmq-outlet.ts';

vi.setConfig({ testTimeout: 150_000 });

describeWithReal('rabbitmq', 'queues for other systems on a real RabbitMQ', () => {
  let server: RabbitMqServer;
  beforeAll(async () => {
    server = await startRabbitMq();
  }, 150_000);
  afterAll(() => server.remove());

  outletConformance('rabbitmq', {
    open: async () => openRabbitMqOutlet({ url: server.url, timeoutMs: 5_000 }),
    read: async (queue, count) => {
      const connection = await connect(server.url);
      const channel = await connection.createChannel();
      const read: OutletMessage[] = [];
      while (read.length < count) {
        const message = await channel.get(queue, { noAck: true });
        if (message === false) continue;
        const { messageId, headers } = message.properties;
        read.push({ id: messageId, key: headers?.key, payload: message.content.toString() });
      }
      await connection.close();
      return read;
    },
    kill: async (queue) => {
      await server.keeps(queue);
      await server.server.kill();
    },
    revive: () => server.start(),
  });
});
