import type { Clock, Logger } from '@aegis/model';
import type { Config } from '../config/config.ts';
import type { Secrets } from '../config/env-secrets.ts';
import type { Part } from '../node/lifecycle.ts';
import type { Metrics } from '../node/metrics.ts';
import type { Stores } from '../node/open-stores.ts';
import { openOutlet } from './open-outlet.ts';
import { QueuePublisher } from './queue-publisher.ts';
import { tellMetrics } from './tell-metrics.ts';

export interface QueuePartsOptions {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly stores: Pick<Stores, 'ledger' | 'archive' | 'own'>;
  readonly metrics: Pick<Metrics, 'registry'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What tells other systems, as the config has it; nothing where it names no broker. */
export async function queueParts({
  config,
  secrets,
  stores,
  metrics,
  clock,
  logger: all,
}: QueuePartsOptions): Promise<readonly Part[]> {
  const outlet = await openOutlet(config, secrets);
  if (outlet === undefined) return [];
  const { ledger, archive, own: registry } = stores;
  const logger = all.child({ part: 'queues' });
  const sender = { node: config.node.id, region: config.node.region };
  const everyMs = config.queues.metricsEveryMs;
  return [
    { name: 'broker', start() {}, stop: () => outlet.close() },
    new QueuePublisher({ ledger, archive, registry, outlet, sender, logger }),
    tellMetrics({ outlet, registry: metrics.registry, sender, everyMs, clock, logger }),
  ];
}
