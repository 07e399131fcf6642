import { AegisError } from '@aegis/model';
import { Admin } from '@platformatic/kafka';
import { connectionTo, type KafkaServerOptions } from './connection-to.ts';

/** How many brokers the cluster has now. Looks and changes nothing. Throws AegisError `outlet_unavailable`. */
export async function describeKafka(options: KafkaServerOptions): Promise<{ readonly brokers: number }> {
  const admin = new Admin({ ...connectionTo({ timeoutMs: 5_000, ...options }), retries: 1 });
  try {
    const { brokers } = await admin.metadata({ topics: [] });
    return { brokers: brokers.size };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new AegisError('outlet_unavailable', `Kafka: ${message}`, { cause });
  } finally {
    await admin.close().catch(() => undefined);
  }
}
