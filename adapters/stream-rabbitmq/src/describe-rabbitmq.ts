import { RabbitMqConnection, type RabbitMqServerOptions } from './rabbitmq-connection.ts';

/** Its version, `3.10.8`. Looks and changes nothing. Throws AegisError `stream_unavailable`. */
export async function describeRabbitMq(
  options: RabbitMqServerOptions,
): Promise<{ readonly version: string }> {
  const connection = new RabbitMqConnection({ timeoutMs: 5_000, ...options });
  try {
    return { version: await connection.serverVersion() };
  } finally {
    await connection.close();
  }
}
