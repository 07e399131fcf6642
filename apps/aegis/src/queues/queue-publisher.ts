import { AegisError, type Logger } from '@aegis/model';
import type { Archive, DecisionEvent, Ledger, Outlet, Registry } from '@aegis/ports';
import type { Part } from '../node/lifecycle.ts';
import {
  attackMessage,
  decisionMessages,
  type QueueMessage,
  type QueueName,
  type Sender,
} from './queue-messages.ts';

export interface QueuePublisherOptions {
  readonly ledger: Ledger;
  readonly archive: Archive;
  /** Where it keeps how far it has come. */
  readonly registry: Registry;
  readonly outlet: Outlet;
  readonly sender: Sender;
  readonly logger: Logger;
}

/** The key of the registry that holds the number of the last journal entry that was published. */
const POSITION = 'queues/position';
/** Journal entries that are published at once. */
const BATCH = 500;
/** How long after the ledger was written something is told, at most, while the broker is there. */
const EVERY_MS = 200;
/** Between two tries while it is away. */
const RETRY_MS = 2_000;

/**
 * Tells other systems of every decision in the ledger, in order, at least once: how far it has come is written down
 * after the broker has it. While the broker is away the ledger keeps what is to be told.
 */
export class QueuePublisher implements Part {
  readonly name: string = 'queues';
  readonly #options: QueuePublisherOptions;
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #position: number | undefined;
  #trouble = '';

  constructor(options: QueuePublisherOptions) {
    this.#options = options;
  }

  start(): void {
    this.#turnIn(0);
  }

  /** What is not told by then is told after the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Publishes what there is. Rejects where the broker or a store is away; what was told stays told. */
  async publishNew(): Promise<void> {
    for (;;) {
      this.#position ??= await this.#restore();
      const journal = await this.#options.ledger.journal(this.#position, BATCH);
      const last = journal.at(-1)?.number;
      if (last === undefined) return;
      const events = journal.flatMap((entry) =>
        entry.kind === 'decision' && entry.record !== undefined ? [entry.record] : [],
      );
      await this.#tell(events.flatMap((event) => decisionMessages(event, this.#options.sender)));
      await this.#tell(await this.#attacks(events));
      await this.#options.registry.put(POSITION, String(last));
      this.#position = last;
      if (journal.length < BATCH || this.#stop.signal.aborted) return;
    }
  }

  #turnIn(ms: number): void {
    if (this.#stop.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#turn();
    }, ms);
  }

  async #turn(): Promise<void> {
    const { logger } = this.#options;
    try {
      await this.publishNew();
      if (this.#trouble !== '') logger.info({}, 'the queues are told again, from where they were left');
      this.#trouble = '';
      this.#turnIn(EVERY_MS);
    } catch (error) {
      const trouble = error instanceof Error ? error.message : String(error);
      if (trouble !== this.#trouble)
        logger.error({ error: trouble }, 'the queues cannot be told; the ledger keeps what they miss');
      this.#trouble = trouble;
      this.#turnIn(RETRY_MS);
    }
  }

  async #restore(): Promise<number> {
    const entry = await this.#options.registry.get(POSITION);
    if (entry === undefined) return 0;
    const position = Number(entry.value);
    if (Number.isSafeInteger(position) && position >= 0) return position;
    throw new AegisError(
      'queues_damaged',
      `${POSITION} in the registry is ${JSON.stringify(entry.value)} and no number; remove it to tell everything again`,
    );
  }

  /** Of the sessions that gave rise to decisions and are still in the archive. */
  async #attacks(events: readonly DecisionEvent[]): Promise<readonly QueueMessage[]> {
    const sessions = new Set(
      events.flatMap((event) => (event.kind === 'made' ? (event.decision.session ?? []) : [])),
    );
    const messages: QueueMessage[] = [];
    for (const id of sessions) {
      const record = await this.#options.archive.get(id);
      if (record !== undefined) messages.push(attackMessage(record));
    }
    return messages;
  }

  async #tell(messages: readonly QueueMessage[]): Promise<void> {
    const byQueue = Map.groupBy(messages, ({ queue }): QueueName => queue);
    for (const [queue, all] of byQueue)
      await this.#options.outlet.publish(
        queue,
        all.map(({ id, key, payload }) => ({ id, key, payload })),
      );
  }
}
