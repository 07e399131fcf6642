import { Gauge, type Registry } from 'prom-client';
import type { FleetStatus } from '../node/services.ts';

/** Agents of this server by how they stand; the states overlap. */
export function measureFleet(registry: Registry, status: () => FleetStatus): void {
  new Gauge({
    name: 'aegis_fleet_agents',
    help: 'Host agents of this server: all, and those in each state',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { agents, online, offline, unhealthy, config_failed, behind, halted } = status();
      const states = { all: agents, online, offline, unhealthy, config_failed, behind, halted };
      for (const [state, count] of Object.entries(states)) this.set({ state }, count);
    },
  });
}
