import { openKafkaOutlet } from '@aegis/outlet-kafka';
import type { Outlet } from '@aegis/ports';
import { addressText } from '@aegis/redis';
import { openRabbitMqOutlet } from '@aegis/stream-rabbitmq';
import type { Config } from '../config/config.ts';
import type { Secrets } from '../config/env-secrets.ts';

/** To the broker that the config names; undefined where it names none. */
export function openOutlet({ queues }: Config, { queuesPassword }: Secrets): Outlet | undefined {
  const password = queuesPassword === undefined ? {} : { password: queuesPassword.reveal() };
  if (queues.rabbitmqUrl !== '') return openRabbitMqOutlet({ url: queues.rabbitmqUrl, ...password });
  if (queues.kafkaBrokers.length === 0) return undefined;
  return openKafkaOutlet({
    brokers: queues.kafkaBrokers.map(addressText),
    ...(queues.kafkaTls ? { tls: {} } : {}),
    ...(queues.kafkaUsername === '' ? {} : { username: queues.kafkaUsername, ...password }),
  });
}
