import type { KafkaServerOptions } from '@aegis/outlet-kafka';
import type { Outlet } from '@aegis/ports';
import { addressText } from '@aegis/redis';
import type { RabbitMqServerOptions } from '@aegis/stream-rabbitmq';
import type { Config } from '../config/config.ts';
import type { Secrets } from '../config/env-secrets.ts';

/** To the broker that the config names; undefined where it names none. */
export async function openOutlet(config: Config, secrets: Secrets): Promise<Outlet | undefined> {
  // Only who has a broker pays for its client.
  const rabbitMq = rabbitMqServer(config, secrets);
  if (rabbitMq !== undefined) {
    const { openRabbitMqOutlet } = await import('@aegis/stream-rabbitmq');
    return openRabbitMqOutlet(rabbitMq);
  }
  const kafka = kafkaServer(config, secrets);
  if (kafka === undefined) return undefined;
  const { openKafkaOutlet } = await import('@aegis/outlet-kafka');
  return openKafkaOutlet(kafka);
}

/** Undefined where the config names none. */
export function rabbitMqServer({ queues }: Config, secrets: Secrets): RabbitMqServerOptions | undefined {
  return queues.rabbitmqUrl === '' ? undefined : { url: queues.rabbitmqUrl, ...passwordIn(secrets) };
}

/** Undefined where the config names none. */
export function kafkaServer({ queues }: Config, secrets: Secrets): KafkaServerOptions | undefined {
  if (queues.kafkaBrokers.length === 0) return undefined;
  return {
    brokers: queues.kafkaBrokers.map(addressText),
    ...(queues.kafkaTls ? { tls: {} } : {}),
    ...(queues.kafkaUsername === '' ? {} : { username: queues.kafkaUsername, ...passwordIn(secrets) }),
  };
}

function passwordIn({ queuesPassword }: Secrets): { readonly password?: string } {
  return queuesPassword === undefined ? {} : { password: queuesPassword.reveal() };
}
