import { Gauge, type Registry } from 'prom-client';
import type { Troubled } from '../node/health.ts';

/** What of the registry is followed; nothing where it is this node's own. */
export function measureFollowed(registry: Registry, followed: readonly Troubled[]): void {
  if (followed.length === 0) return;
  new Gauge({
    name: 'aegis_registry_followed',
    help: 'Whether changes of the registry that nodes share are heard of: 1, or 0 while what was known last holds',
    labelNames: ['what'],
    registers: [registry],
    collect() {
      for (const { name, trouble } of followed) this.set({ what: name }, trouble === '' ? 1 : 0);
    },
  });
}
