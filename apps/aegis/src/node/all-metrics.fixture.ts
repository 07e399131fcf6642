import { DecisionEngine, defaultPolicy } from '@aegis/decide';
import { GUARD_PRESETS, Guard } from '@aegis/guard';
import { ManualClock, seededRandom, silentLogger } from '@aegis/model';
import { combineGeo } from '@aegis/ports';
import { enforcerMetrics } from '../enforce/measured-enforcer.ts';
import { countPackets } from '../enforce/packet-metrics.ts';
import { measureFleet } from '../fleet/fleet-metrics.ts';
import { measureGeo } from '../geo/geo-metrics.ts';
import { registerGuardMetrics } from '../guard/guard-metrics.ts';
import { meshMetrics } from '../mesh/mesh-metrics.ts';
import { notificationMetrics } from '../notifications/notification-metrics.ts';
import { countStrategies } from '../policy/strategy-metrics.ts';
import { hostRateLimits } from '../rate-limits/rate-limit-host.ts';
import { SpanExporter } from '../tracing/span-exporter.ts';
import { Metrics } from './metrics.ts';

/** Every metric that a node, a worker, the guard or a fleet server can have, whatever the config turns on. */
export function allMetrics(): Metrics {
  const metrics = new Metrics();
  const { registry } = metrics;
  const [clock, random] = [new ManualClock(), seededRandom(1)];
  registerGuardMetrics(new Guard({ config: GUARD_PRESETS.strict, clock, random }), registry, clock);
  meshMetrics(registry, { nodes: () => [], trails: () => new Map() });
  notificationMetrics(registry, async () => ({}));
  measureGeo(combineGeo([]), registry);
  countStrategies(registry, new DecisionEngine({ policy: defaultPolicy, random }));
  enforcerMetrics(registry);
  countPackets(registry, []);
  hostRateLimits({ settings: { files: [], capacity: 1_000 }, registry, clock, random, logger: silentLogger });
  const none = { agents: 0, online: 0, offline: 0, unhealthy: 0, config_failed: 0, behind: 0, halted: 0 };
  measureFleet(registry, () => none);
  const settings = { endpoint: '', authorizationFile: '', sample: 100 };
  const resource = { node: 'node-1', region: 'local', version: '1' };
  new SpanExporter({ settings, resource, registry, logger: silentLogger });
  return metrics;
}
