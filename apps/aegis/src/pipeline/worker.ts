import type { Clock, Logger, Random, Result, Timestamp } from '@aegis/model';
import type { ConsumerGroup, Delivery } from '@aegis/ports';
import type { Part } from '../node/lifecycle.ts';
import { backoffMs, pause } from './backoff.ts';
import type { DeliveryError } from './parse-delivery.ts';
import type { BatchHistory } from './process-batch.ts';
import { shuffled } from './shuffled.ts';
import { Tries } from './tries.ts';

export interface WorkerOptions<Item> {
  readonly name: string;
  readonly group: ConsumerGroup;
  /** What it left behind when it died is taken up at once. One who runs beside it under the same name costs only repetition. */
  readonly consumer: string;
  readonly batchSize: number;
  readonly blockMs: number;
  /** Messages of a consumer that has been silent this long are taken over. */
  readonly reclaimIdleMs: number;
  /** A message that failed this often is buried. */
  readonly maxAttempts: number;
  readonly parse: (payload: string, receivedAt: Timestamp) => Result<Item, DeliveryError>;
  /** Idempotent by what is in the items. */
  readonly process: (items: readonly Item[], history: BatchHistory) => Promise<void>;
  readonly count: WorkerCounts;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Told of what goes wrong, for metrics. */
export interface WorkerCounts {
  /** It will be tried again. */
  failed(): void;
  /** `reason` is of a closed vocabulary. */
  buried(reason: DeliveryError['kind'] | 'exhausted' | 'failed'): void;
}

interface Parsed<Item> {
  readonly delivery: Delivery;
  readonly tries: number;
  readonly item: Item;
}

/** What a worker may have left behind when it died: the largest batch there can be. */
const MOST_HELD = 10_000;
/** A message that comes oftener than this may be what ended the process: from then on each is tried alone. */
const UNSUSPECTED_ATTEMPTS = 2;

/**
 * Takes messages off the stream, batch by batch, until it is stopped; first of all what one of its name had in
 * hand when it died. Acknowledges what was processed; buries what can never be, what fails too often and what
 * outlives the process too often; backs off, and tries again, when a store is away or full. Nothing that happens
 * to a message or a store ends it.
 */
export class Worker<Item> implements Part {
  readonly name: string;
  readonly #options: WorkerOptions<Item>;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #failures = 0;
  #lastReclaim = Number.NEGATIVE_INFINITY;
  /** Whether messages may be held under our name that are not in hand. */
  #owesOwn = true;
  /** Suspects that were taken up alone since then. */
  readonly #takenUp = new Set<string>();
  readonly #tries = new Tries();
  #trouble = '';

  constructor(options: WorkerOptions<Item>) {
    this.name = options.name;
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
        this.#recovered();
      } catch (error) {
        this.#owesOwn = true;
        await this.#backOff(error, 'the stream cannot be read; trying again');
      }
    }
  }

  async #next(signal: AbortSignal): Promise<readonly Delivery[]> {
    const { group, consumer, batchSize, blockMs, reclaimIdleMs, clock } = this.#options;
    if (this.#owesOwn) {
      const own = await this.#own();
      if (own.length > 0) return own;
    }
    const now = clock.monotonic();
    if (now - this.#lastReclaim >= reclaimIdleMs / 2) {
      const reclaimed = await group.reclaim(consumer, { minIdleMs: reclaimIdleMs, count: batchSize });
      // A full answer may mean that more are waiting: look again at once.
      if (reclaimed.length < batchSize) this.#lastReclaim = now;
      if (reclaimed.length > 0) return reclaimed;
    }
    return group.read(consumer, { count: batchSize, blockMs, signal });
  }

  /**
   * What is held under our name: all of it; but where it may be what ended the process, one message at a time. A
   * message that is taken up counts as tried, and those that only wait beside another must not.
   */
  async #own(): Promise<readonly Delivery[]> {
    const { group, consumer } = this.#options;
    const own = (count: number) => group.reclaim(consumer, { minIdleMs: 0, count, from: consumer });
    const [first] = await own(1);
    if (first !== undefined && !this.#takenUp.has(first.id)) {
      if (this.#tries.of(first) > UNSUSPECTED_ATTEMPTS) {
        this.#takenUp.add(first.id);
        return [first];
      }
    }
    const all = first === undefined ? [] : await own(MOST_HELD);
    const left = all.filter(({ id }) => !this.#takenUp.has(id));
    this.#takenUp.clear();
    this.#owesOwn = false;
    return left;
  }

  async #handle(deliveries: readonly Delivery[]): Promise<void> {
    const batch: Parsed<Item>[] = [];
    for (const delivery of deliveries) {
      const opened = await this.#open(delivery);
      if (opened !== undefined) batch.push({ delivery, ...opened });
    }
    if (batch.length === 0) return;
    const tries = Math.max(...batch.map((each) => each.tries));
    if (tries > UNSUSPECTED_ATTEMPTS) await this.#oneByOne(batch);
    else await this.#process(batch, { again: batch.some(({ delivery }) => delivery.attempt > 1) });
  }

  /** What is in a message, unless that is nothing of use or has been tried too often. */
  async #open(delivery: Delivery): Promise<{ readonly item: Item; readonly tries: number } | undefined> {
    const { maxAttempts, clock, parse } = this.#options;
    const tries = this.#tries.of(delivery);
    if (tries > maxAttempts) {
      await this.#bury(delivery, 'exhausted', `it was delivered ${tries - 1} times and never finished`);
      return undefined;
    }
    let parsed: Result<Item, DeliveryError>;
    try {
      parsed = parse(delivery.payload, clock.now());
    } catch (error) {
      await this.#failed(delivery, error);
      return undefined;
    }
    if (parsed.ok) return { item: parsed.value, tries };
    await this.#bury(delivery, parsed.error.kind, parsed.error.message);
    return undefined;
  }

  /** The whole batch at once; where that fails, and not because a store is away, one by one to find the culprit. */
  async #process(batch: readonly Parsed<Item>[], history: BatchHistory): Promise<void> {
    const failure = await this.#attempt(
      batch.map(({ item }) => item),
      history,
    );
    const [first] = batch;
    if (failure === undefined) await this.#ack(batch.map(({ delivery }) => delivery.id));
    else if (batch.length > 1) await this.#oneByOne(batch);
    else if (first !== undefined) await this.#failed(first.delivery, failure.error);
  }

  /**
   * In any order: where one of them ends the process, it is not always the same others that never get their turn.
   * What is left when the worker is stopped is taken up by the next one.
   */
  async #oneByOne(batch: readonly Parsed<Item>[]): Promise<void> {
    for (const each of shuffled(batch, this.#options.random)) {
      if (this.#stop.signal.aborted) return;
      await this.#process([each], { again: true });
    }
  }

  /** Keeps the items in hand while a store is away or full. Resolves with what else went wrong, if anything. */
  async #attempt(
    items: readonly Item[],
    first: BatchHistory,
  ): Promise<{ readonly error: unknown } | undefined> {
    for (let history = first; ; history = { again: true }) {
      try {
        await this.#options.process(items, history);
        this.#recovered();
        return undefined;
      } catch (error) {
        if (!isStoreFault(error)) return { error };
        if (this.#stop.signal.aborted) throw error;
        await this.#backOff(error, 'a store is away or full; trying again');
      }
    }
  }

  /** Not acknowledged, so that it is delivered again once it is idle; buried where that happened often enough. */
  async #failed(delivery: Delivery, error: unknown): Promise<void> {
    const { maxAttempts, logger, count } = this.#options;
    if (this.#tries.of(delivery) >= maxAttempts) return this.#bury(delivery, 'failed', text(error));
    this.#tries.failed(delivery);
    count.failed();
    logger.warn(
      { message_id: delivery.id, attempt: delivery.attempt, error: text(error) },
      'a message could not be processed; it will be tried again',
    );
  }

  async #ack(ids: readonly string[]): Promise<void> {
    await this.#options.group.ack(ids);
    this.#tries.finished(ids);
  }

  async #bury(
    delivery: Delivery,
    kind: Parameters<WorkerCounts['buried']>[0],
    message: string,
  ): Promise<void> {
    const { group, count, logger } = this.#options;
    await group.bury(delivery, message);
    this.#tries.finished([delivery.id]);
    count.buried(kind);
    logger.warn({ message_id: delivery.id, reason: message }, 'a message was set aside as a dead letter');
  }

  async #backOff(error: unknown, message: string): Promise<void> {
    const { random, logger } = this.#options;
    this.#trouble = text(error);
    const wait = backoffMs(this.#failures, random);
    this.#failures += 1;
    logger.error({ error: this.#trouble, again_in_ms: wait }, message);
    await pause(wait, this.#stop.signal);
  }

  #recovered(): void {
    this.#failures = 0;
    this.#trouble = '';
  }
}

function isStoreFault(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' && /_(unavailable|full)$/.test(code);
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
