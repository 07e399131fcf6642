import type { Clock } from '@aegis/model';
import type { Enforcer } from '@aegis/ports';
import { Counter, Histogram, type Registry } from 'prom-client';

export interface EnforcerMetrics {
  readonly changes: Counter;
  readonly seconds: Histogram;
  readonly failures: Counter;
}

export function enforcerMetrics(registry: Registry): EnforcerMetrics {
  const [labelNames, registers] = [['enforcer'], [registry]];
  return {
    changes: new Counter({
      name: 'aegis_enforcer_changes_total',
      help: 'Decisions that were enforced or retracted by an enforcer of this node',
      labelNames: ['enforcer', 'kind'],
      registers,
    }),
    seconds: new Histogram({
      name: 'aegis_enforcer_apply_seconds',
      help: 'Time until a batch of changes was in force',
      labelNames,
      buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
      registers,
    }),
    failures: new Counter({
      name: 'aegis_enforcer_failures_total',
      help: 'Batches that an enforcer refused',
      labelNames,
      registers,
    }),
  };
}

/** The same enforcer, with a look at what it does. */
export function measuredEnforcer(enforcer: Enforcer, metrics: EnforcerMetrics, clock: Clock): Enforcer {
  const label = { enforcer: enforcer.name };
  return {
    name: enforcer.name,
    supports: (decision) => enforcer.supports(decision),
    async apply(changes) {
      const begun = clock.monotonic();
      try {
        await enforcer.apply(changes);
      } catch (error) {
        metrics.failures.inc(label);
        throw error;
      }
      metrics.seconds.observe(label, (clock.monotonic() - begun) / 1_000);
      const retracted = changes.filter(({ kind }) => kind === 'retract').length;
      metrics.changes.inc({ ...label, kind: 'retract' }, retracted);
      metrics.changes.inc({ ...label, kind: 'enforce' }, changes.length - retracted);
    },
    list: () => enforcer.list(),
    clear: () => enforcer.clear(),
    close: () => enforcer.close(),
  };
}
