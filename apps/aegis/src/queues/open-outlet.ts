import type { Outlet } from '@aegis/ports';
import { addressText } from '@aegis/redis';
import type { Config } from '../config/config.ts';
import type { Secrets } from '../config/env-secrets.ts';

/** To the broker that the config names; undefined where it names none. */
export async function openOutlet(
  { queues }: Config,
  { queuesPassword }: Secrets,
): Promise<Outlet | undefined> {
  const password = queuesPassword === undefined ? {} : { password: queuesPassword.reveal() };
  // Only who has a broker pays for its client.
  if (queues.rabbitmqUrl !== '') {
    const { openRabbitMqOutlet } = await import('@aegis/stream-rabbitmq');
    return openRabbitMqOutlet({ url: queues.rabbitmqUrl, ...password });
  }
  if (queues.kafkaBrokers.length === 0) return undefined;
  const { openKafkaOutlet } = await import('@aegis/outlet-kafka');
  return openKafkaOutlet({
    brokers: queues.kafkaBrokers.map(addressText),
    ...(queues.kafkaTls ? { tls: {} } : {}),
    ...(queues.kafkaUsername === '' ? {} : { username: queues.kafkaUsername, ...password }),
  });
}
