import type { Clock, Logger, Random, Session } from '@aegis/model';
import type { ConsumerGroup, Delivery } from '@aegis/ports';
import type { Part } from '../node/lifecycle.ts';
import type { Metrics } from '../node/metrics.ts';
import { backoffMs, pause } from './backoff.ts';
import { parseDelivery } from './parse-delivery.ts';

export interface WorkerOptions {
  readonly group: ConsumerGroup;
  readonly consumer: string;
  readonly batchSize: number;
  readonly blockMs: number;
  /** Messages of a consumer that has been silent this long are taken over. */
  readonly reclaimIdleMs: number;
  /** A message that failed this often is buried. */
  readonly maxAttempts: number;
  readonly process: (sessions: readonly Session[]) => Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

interface Parsed {
  readonly delivery: Delivery;
  readonly session: Session;
}

/**
 * Takes sessions off the stream, batch by batch, until it is stopped. Acknowledges what was processed; buries
 * what can never be; backs off, and tries again, when a store is away or full. Nothing that happens to a
 * message or a store ends it.
 */
export class Worker implements Part {
  readonly name = 'pipeline';
  readonly #options: WorkerOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #failures = 0;
  #lastReclaim = Number.NEGATIVE_INFINITY;
  #trouble = '';

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** Empty when it works; otherwise what keeps it from working, in words. */
  get trouble(): string {
    return this.#trouble;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Finishes the batch in hand. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const deliveries = await this.#next(signal);
        if (deliveries.length > 0) await this.#handle(deliveries);
        this.#failures = 0;
        this.#trouble = '';
      } catch (error) {
        this.#failures += 1;
        this.#trouble = text(error);
        const wait = backoffMs(this.#failures, this.#options.random);
        this.#options.logger.error(
          { error: this.#trouble, again_in_ms: wait },
          'the pipeline cannot go on; trying again',
        );
        await pause(wait, signal);
      }
    }
  }

  async #next(signal: AbortSignal): Promise<readonly Delivery[]> {
    const { group, consumer, batchSize, blockMs, reclaimIdleMs, clock } = this.#options;
    const now = clock.monotonic();
    if (now - this.#lastReclaim >= reclaimIdleMs / 2) {
      const reclaimed = await group.reclaim(consumer, { minIdleMs: reclaimIdleMs, count: batchSize });
      // A full answer may mean that more are waiting: look again at once.
      if (reclaimed.length < batchSize) this.#lastReclaim = now;
      if (reclaimed.length > 0) return reclaimed;
    }
    return group.read(consumer, { count: batchSize, blockMs, signal });
  }

  async #handle(deliveries: readonly Delivery[]): Promise<void> {
    const parsed: Parsed[] = [];
    for (const delivery of deliveries) {
      const result = parseDelivery(delivery.payload, this.#options.clock.now());
      if (result.ok) parsed.push({ delivery, session: result.value });
      else await this.#bury(delivery, result.error.kind, result.error.message);
    }
    if (parsed.length > 0) await this.#process(parsed);
  }

  /** The whole batch at once; where that fails, and not because a store is away, one by one to find the culprit. */
  async #process(batch: readonly Parsed[]): Promise<void> {
    const { group, process } = this.#options;
    for (;;) {
      try {
        await process(batch.map(({ session }) => session));
        break;
      } catch (error) {
        if (!isStoreFault(error)) return this.#oneByOne(batch);
        if (this.#stop.signal.aborted) throw error;
        await this.#waitForStore(error);
      }
    }
    await group.ack(batch.map(({ delivery }) => delivery.id));
  }

  async #oneByOne(batch: readonly Parsed[]): Promise<void> {
    const { group, process, maxAttempts, logger } = this.#options;
    for (const { delivery, session } of batch) {
      try {
        await process([session]);
        await group.ack([delivery.id]);
      } catch (error) {
        if (isStoreFault(error)) throw error;
        if (delivery.attempt >= maxAttempts) await this.#bury(delivery, 'failed', text(error));
        else
          logger.warn(
            { session: session.id, attempt: delivery.attempt, error: text(error) },
            'a session could not be analysed; it will be tried again',
          );
      }
    }
  }

  /** The batch is kept in hand while its store is away or full. */
  async #waitForStore(error: unknown): Promise<void> {
    this.#failures += 1;
    this.#trouble = text(error);
    const wait = backoffMs(this.#failures, this.#options.random);
    this.#options.logger.error(
      { error: this.#trouble, again_in_ms: wait },
      'sessions cannot be stored; trying again',
    );
    await pause(wait, this.#stop.signal);
  }

  async #bury(delivery: Delivery, kind: string, message: string): Promise<void> {
    await this.#options.group.bury(delivery, message);
    this.#options.metrics.sessionsDeadLettered.inc({ reason: kind });
    this.#options.logger.warn(
      { message_id: delivery.id, reason: message },
      'a session was set aside as a dead letter',
    );
  }
}

function isStoreFault(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /_(unavailable|full)$/.test(code);
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
