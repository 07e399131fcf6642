import type { Timestamp } from '@aegis/model';
import type { NodeHeartbeat } from './message.ts';

export const NODE_STATES = ['online', 'degraded', 'offline'] as const;
export type NodeState = (typeof NODE_STATES)[number];

/** A node as its last heartbeat told. */
export interface KnownNode {
  readonly id: string;
  readonly region: string;
  readonly state: NodeState;
  /** 0 to 1: how much of the work it should be given. */
  readonly weight: number;
  readonly load: number;
  readonly version: string;
  readonly decisions: number;
  /** By the clock of the bus. */
  readonly lastSeen: Timestamp;
}

interface Heard {
  readonly region: string;
  readonly at: Timestamp;
  readonly beat: NodeHeartbeat;
}

/** How late a heartbeat may be before it counts as missed, as a share of the interval. */
const GRACE = 0.5;
/** No node is known for longer after its last heartbeat. */
const FORGOTTEN_MS = 86_400_000;
const LEAST_WEIGHT = 0.1;
/** Deliveries of heartbeats a second that all nodes together may cause: each reaches every other node. */
const DELIVERIES_PER_SECOND = 50_000;
const LONGEST_INTERVAL_S = 300;

/** Who is there. Only members get a place, so that it is bounded by the tokens that were issued. */
export class NodeDirectory {
  readonly #heard = new Map<string, Heard>();

  hear(id: string, region: string, beat: NodeHeartbeat, at: Timestamp): void {
    const before = this.#heard.get(id);
    if (before === undefined || before.at <= at) this.#heard.set(id, { region, beat, at });
  }

  /** In order of their names. */
  nodes(now: Timestamp): readonly KnownNode[] {
    const nodes: KnownNode[] = [];
    for (const [id, { region, at, beat }] of this.#heard) {
      if (now - at > FORGOTTEN_MS) {
        this.#heard.delete(id);
        continue;
      }
      const state = stateOf(beat, now - at);
      const { load, version, decisions } = beat;
      nodes.push({
        id,
        region,
        state,
        weight: weightOf(load, state),
        load,
        version,
        decisions,
        lastSeen: at,
      });
    }
    return nodes.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

/** Degraded once one heartbeat is missing, offline once two are. */
function stateOf({ interval, leaving }: NodeHeartbeat, silentMs: number): NodeState {
  const missed = Math.floor(silentMs / 1_000 / interval - GRACE);
  if (leaving || missed >= 2) return 'offline';
  return missed >= 1 ? 'degraded' : 'online';
}

function weightOf(load: number, state: NodeState): number {
  if (state === 'offline') return 0;
  const idle = Math.max(LEAST_WEIGHT, 1 - load);
  return state === 'degraded' ? idle / 2 : idle;
}

/**
 * Seconds between heartbeats of one node in a mesh of so many: at least `shortest`, and so long that n nodes that
 * hear n heartbeats do not spend the bus on them.
 */
export function heartbeatInterval(nodes: number, shortest: number): number {
  return Math.max(shortest, Math.min(LONGEST_INTERVAL_S, (nodes * nodes) / DELIVERIES_PER_SECOND));
}
