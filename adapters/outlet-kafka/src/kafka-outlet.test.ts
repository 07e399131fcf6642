import type { OutletMessage } from '@aegis/ports';
import { outletConformance } from '@aegis/ports/conformance';
import { describeWithReal, type KafkaServer, startKafka } from '@aegis/testing';
import { Consumer, stringDeserializers } from '@platformatic/kafka';
import { afterAll, beforeAll, vi } from 'vitest';
import { openKafkaOutlet } from './kafka-outlet.ts';

vi.setConfig({ testTimeout: 150_000 });

describeWithReal('kafka', 'queues for other systems on a real Kafka', () => {
  let server: KafkaServer;
  beforeAll(async () => {
    server = await startKafka();
  }, 150_000);
  afterAll(() => server.remove());

  outletConformance('kafka', {
    open: async () => openKafkaOutlet({ brokers: [server.broker], timeoutMs: 5_000 }),
    read: async (queue, count) => {
      const consumer = new Consumer({
        clientId: 'reader',
        groupId: `reader-${queue}`,
        bootstrapBrokers: [server.broker],
        deserializers: stringDeserializers,
      });
      const messages = await consumer.consume({ topics: [queue], mode: 'earliest', autocommit: false });
      const read: OutletMessage[] = [];
      for await (const { key, value, headers } of messages) {
        read.push({ id: headers.get('id') ?? '', key, payload: value });
        if (read.length === count) break;
      }
      await consumer.close(true);
      return read;
    },
    kill: () => server.server.kill(),
    revive: () => server.start(),
  });
});
