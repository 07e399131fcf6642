import { type KnownNode, NODE_STATES, type Refusal } from '@aegis/mesh';
import type { WitnessedTrail } from '@aegis/trail';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What the mesh counts. */
export interface MeshMetrics {
  readonly refused: (kind: Refusal['kind']) => void;
  /** From the sending of a message to its being in force here, s. */
  readonly synced: (seconds: number) => void;
  readonly received: (type: string, count: number) => void;
  readonly sent: (type: string, count: number) => void;
}

/** Of nodes beyond this many nothing is shown one by one. */
const MOST_NODES = 1_000;

/** What there is to be shown of the moment. */
export interface MeshStanding {
  nodes(): readonly KnownNode[];
  trails(): ReadonlyMap<string, WitnessedTrail>;
}

/** `aegis_node_status` is 1 for the state that a node is in. */
export function meshMetrics(registry: Registry, standing: MeshStanding): MeshMetrics {
  const registers = [registry];
  const latency = new Histogram({
    name: 'aegis_sync_latency_seconds',
    help: 'From the sending of a message on another node to its being in force here',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 60],
    registers,
  });
  const messages = new Counter({
    name: 'aegis_mesh_messages_total',
    help: 'Messages of the mesh, by type: received and sent',
    labelNames: ['type', 'direction'],
    registers,
  });
  const refusals = new Counter({
    name: 'aegis_mesh_refused_total',
    help: 'Messages of the mesh that were not applied, by reason',
    labelNames: ['reason'],
    registers,
  });
  new Gauge({
    name: 'aegis_node_status',
    help: 'Nodes of the mesh: 1 for the state that a node is in',
    labelNames: ['node_id', 'region', 'status'],
    registers,
    collect() {
      this.reset();
      for (const { id, region, state } of standing.nodes().slice(0, MOST_NODES))
        for (const status of NODE_STATES) this.set({ node_id: id, region, status }, state === status ? 1 : 0);
    },
  });
  new Gauge({
    name: 'aegis_trail_peers',
    help: 'Trails of other nodes that this one witnesses: those that only grew, and those found cut or rewritten',
    labelNames: ['state'],
    registers,
    collect() {
      const all = [...standing.trails().values()];
      const wrong = all.filter(({ finding }) => finding !== undefined).length;
      this.set({ state: 'sound' }, all.length - wrong);
      this.set({ state: 'wrong' }, wrong);
    },
  });
  return {
    refused: (reason) => refusals.inc({ reason }),
    synced: (seconds) => latency.observe(seconds),
    received: (type, count) => messages.inc({ type, direction: 'received' }, count),
    sent: (type, count) => messages.inc({ type, direction: 'sent' }, count),
  };
}
