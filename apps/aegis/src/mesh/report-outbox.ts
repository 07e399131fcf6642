import type { Message } from '@aegis/mesh';
import type { Logger, Random } from '@aegis/model';
import type { ConsumerGroup, Stream } from '@aegis/ports';
import { backoffMs, pause } from '../pipeline/backoff.ts';
import type { MeshSender } from './mesh-sender.ts';

export interface ReportOutboxOptions {
  /** On this machine, bounded: findings wait in it while the mesh is away. */
  readonly stream: Stream;
  readonly sender: MeshSender;
  readonly random: Random;
  readonly logger: Logger;
}

const GROUP = 'mesh';
const CONSUMER = 'node';
const PAGE = 100;
const BLOCK_MS = 1_000;

/** Tells the mesh what was found, at least once: the same finding twice is one to who hears it. */
export class ReportOutbox {
  readonly #options: ReportOutboxOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: ReportOutboxOptions) {
    this.#options = options;
  }

  /** Kept once it resolves. Throws AegisError `stream_unavailable` or `stream_full`. */
  async add(messages: readonly Message[]): Promise<void> {
    if (messages.length > 0) await this.#options.stream.append(messages.map((each) => JSON.stringify(each)));
  }

  async start(): Promise<void> {
    const group = await this.#options.stream.group(GROUP);
    this.#running = this.#run(group);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(group: ConsumerGroup): Promise<void> {
    const { random, logger, sender } = this.#options;
    const { signal } = this.#stop;
    // What was handed out before a crash comes first.
    let deliveries = await group.reclaim(CONSUMER, { minIdleMs: 0, count: PAGE }).catch(() => []);
    for (let failures = 0; !signal.aborted; ) {
      try {
        if (deliveries.length === 0)
          deliveries = await group.read(CONSUMER, { count: PAGE, blockMs: BLOCK_MS, signal });
        if (deliveries.length === 0) continue;
        // Written by this program, to a file that nobody else may write.
        const messages = deliveries.map(({ payload }) => JSON.parse(payload) as Message);
        for (const type of new Set(messages.map((message) => message.type))) {
          const own = messages.filter((message) => message.type === type);
          await sender.send(
            type,
            own.map((message) => ({ message, name: '' })),
            signal,
          );
        }
        await group.ack(deliveries.map(({ id }) => id));
        deliveries = [];
        failures = 0;
      } catch (error) {
        if (signal.aborted) break;
        logger.debug({ error: String(error) }, 'findings wait for the mesh');
        await pause(backoffMs(Math.min(failures++, 6), random), signal);
      }
    }
  }
}
