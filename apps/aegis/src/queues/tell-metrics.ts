import type { Clock, Logger } from '@aegis/model';
import type { Outlet } from '@aegis/ports';
import type { Registry as MetricsRegistry } from 'prom-client';
import type { Part } from '../node/lifecycle.ts';
import { timer } from '../node/timer.ts';
import { QUEUES, type Sender } from './queue-messages.ts';

interface TellMetricsOptions {
  readonly outlet: Outlet;
  readonly registry: MetricsRegistry;
  readonly sender: Sender;
  readonly everyMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The node's figures, now and then; those of a time at which the broker is away are told to nobody. */
export function tellMetrics({ outlet, registry, sender, everyMs, clock, logger }: TellMetricsOptions): Part {
  const tell = async (): Promise<void> => {
    const at = clock.now();
    const metrics = (await registry.getMetricsAsJSON()).map(({ name, values }) => ({ name, values }));
    const payload = JSON.stringify({
      timestamp: at / 1_000,
      source_node: sender.node,
      source_region: sender.region,
      metrics,
    });
    await outlet.publish(QUEUES.metrics, [{ id: `${sender.node}-${at}`, key: sender.node, payload }]);
  };
  return timer('queue metrics', everyMs, tell, logger);
}
