import { availableParallelism, loadavg } from 'node:os';
import { type ClockSkew, heartbeatInterval, type NodeDirectory } from '@aegis/mesh';
import type { Clock } from '@aegis/model';
import type { MeshSender } from './mesh-sender.ts';

export interface HeartbeatsOptions {
  readonly sender: MeshSender;
  readonly directory: NodeDirectory;
  readonly skew: ClockSkew;
  readonly clock: Clock;
  readonly node: string;
  readonly region: string;
  readonly version: string;
  readonly everyMs: number;
  readonly decisions: () => number;
}

/** How long who joins hears of a node that fell silent, s. */
const RETAINED_S = 86_400;

/** Says that this node is there, and hears itself at once. */
export class Heartbeats {
  readonly #options: HeartbeatsOptions;
  readonly #started: number;

  constructor(options: HeartbeatsOptions) {
    this.#options = options;
    this.#started = options.clock.now();
  }

  /** Until the next one, ms. */
  get intervalMs(): number {
    const { directory, skew, clock, everyMs } = this.#options;
    const nodes = directory.nodes(clock.now() - skew.ms).filter(({ state }) => state !== 'offline').length;
    return 1_000 * heartbeatInterval(nodes, everyMs / 1_000);
  }

  /** Throws AegisError `bus_unavailable`. */
  async send(leaving: boolean = false): Promise<void> {
    const { sender, directory, skew, clock, node, region, version, decisions } = this.#options;
    const now = skew.toMesh(clock.now());
    const [minute = 0] = loadavg();
    const data = {
      interval: this.intervalMs / 1_000,
      load: Math.min(1, minute / availableParallelism()),
      version,
      started: skew.toMesh(this.#started),
      decisions: decisions(),
      leaving,
    };
    directory.hear(node, region, data, now * 1_000);
    const message = { type: 'node_heartbeat', data } as const;
    await sender.send('node_heartbeat', [{ message, name: node, until: now + RETAINED_S }]);
  }
}
