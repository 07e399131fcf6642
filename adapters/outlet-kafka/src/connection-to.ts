import type { BaseOptions } from '@platformatic/kafka';

export interface KafkaServerOptions {
  /** Some of the cluster's brokers, `kafka-1:9092`; the others are asked for. */
  readonly brokers: readonly string[];
  readonly tls?: { readonly ca?: string };
  readonly username?: string;
  readonly password?: string;
  /** How long a connection or an answer may take, ms; default 10,000. */
  readonly timeoutMs?: number;
}

/** As the client takes it. */
export function connectionTo(options: KafkaServerOptions): BaseOptions {
  const { brokers, tls, username, password = '', timeoutMs = 10_000 } = options;
  return {
    clientId: 'aegis',
    bootstrapBrokers: [...brokers],
    connectTimeout: timeoutMs,
    timeout: timeoutMs,
    ...(tls === undefined ? {} : { tls }),
    ...(username === undefined ? {} : { sasl: { mechanism: 'SCRAM-SHA-512', username, password } }),
  };
}
