import {
  CHANNELS,
  type Channel,
  type ClockSkew,
  type Envelope,
  type MessageType,
  type Reception,
  type Refusal,
} from '@aegis/mesh';
import { AegisError, type Clock, type Logger, type Random } from '@aegis/model';
import type { Bus, BusMessage, Position, Registry, Subscription } from '@aegis/ports';
import { backoffMs, pause } from '../pipeline/backoff.ts';

/** Takes the envelopes of one message of the bus; calls `done` once what they say is in force and kept. */
export type EnvelopeHandler = (envelopes: readonly Envelope[], at: number, done: () => void) => Promise<void>;

export interface MeshInboxOptions {
  readonly bus: Bus;
  readonly reception: Reception;
  readonly registry: Registry;
  readonly handlers: Readonly<Record<MessageType, EnvelopeHandler>>;
  readonly onRefused: (refusal: Refusal) => void;
  /** The bus no longer has what was missed: after everything that is retained was read, once. */
  readonly onResynced: () => void;
  readonly onSynced: (seconds: number) => void;
  readonly skew: ClockSkew;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** How often positions are kept: what is read again after a crash is known. */
const KEEP_MS = 1_000;
const POSITION_KEY = 'mesh/position/';
/** There while what is retained has yet to be read. */
const RESYNC_KEY = 'mesh/resync';

/**
 * What other nodes say, channel by channel. Where it is in each is kept, so that a node that comes back goes on where
 * it was; where the bus no longer reaches back that far, everything that is retained is read.
 */
export class MeshInbox {
  readonly #options: MeshInboxOptions;
  readonly #stop = new AbortController();
  readonly #subscriptions: Subscription[] = [];
  /** What is in force and kept, by channel, where it has not been written down yet. */
  readonly #done = new Map<Channel, Position>();
  #resync: Promise<void> | undefined;
  #again = false;
  #keeping: NodeJS.Timeout | undefined;

  constructor(options: MeshInboxOptions) {
    this.#options = options;
  }

  /** Subscribes to every channel. Throws AegisError `bus_unavailable`; then it may be called again. */
  async start(): Promise<void> {
    const { registry } = this.#options;
    try {
      const isPending = (await registry.get(RESYNC_KEY)) !== undefined;
      let isNew = false;
      for (const [type, channel] of Object.entries(CHANNELS) as [MessageType, Channel][])
        isNew = (await this.#subscribe(type, channel)) || isNew;
      if (isNew || isPending) this.#resynchronise();
      this.#keeping = setInterval(() => void this.#keepPositions(), KEEP_MS).unref();
    } catch (error) {
      await this.#unsubscribe();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#keeping);
    await this.#unsubscribe();
    await this.#resync;
  }

  /** Writes down how far everything is in force; after `stop`, and after those who take things have ended. */
  async keep(): Promise<void> {
    await this.#keepPositions();
  }

  /** Whether it has to begin without a position. */
  async #subscribe(type: MessageType, channel: Channel): Promise<boolean> {
    const { bus, registry, logger } = this.#options;
    const kept = await registry.get(POSITION_KEY + channel);
    const subscription = await bus.subscribe(channel, (message) => this.#handle(type, channel, message), {
      ...(kept === undefined ? {} : { after: kept.value }),
      onGap: () => this.#resynchronise(),
      onError: (error) =>
        logger.error({ error: String(error), type }, 'a message of the mesh could not be handled'),
    });
    this.#subscriptions.push(subscription);
    return kept === undefined;
  }

  async #unsubscribe(): Promise<void> {
    for (const subscription of this.#subscriptions.splice(0)) await subscription.close();
  }

  async #handle(type: MessageType, channel: Channel, { payload, position, at }: BusMessage): Promise<void> {
    const { reception, handlers, onRefused, onSynced, skew, clock } = this.#options;
    const { envelopes, refused } = await reception.receive({ channel, text: payload, at });
    for (const refusal of refused) onRefused(refusal);
    await handlers[type](envelopes, at, () => {
      this.#done.set(channel, position);
      const now = skew.toMesh(clock.now());
      for (const { timestamp } of envelopes) onSynced(Math.max(0, now - timestamp));
    });
  }

  /** Reads everything that is retained, once more where it is asked for while that goes on. */
  #resynchronise(): void {
    this.#again = true;
    this.#resync ??= this.#readRetained().finally(() => {
      this.#resync = undefined;
    });
  }

  async #readRetained(): Promise<void> {
    const { registry, random, logger, onResynced } = this.#options;
    const { signal } = this.#stop;
    for (let failures = 0; this.#again && !signal.aborted; ) {
      try {
        this.#again = false;
        await registry.put(RESYNC_KEY, '1');
        const messages = await this.#readAll();
        if (signal.aborted) break;
        await registry.delete(RESYNC_KEY);
        logger.info({ messages }, 'everything that the mesh has in force was read');
        onResynced();
      } catch (error) {
        if (!(error instanceof AegisError)) throw error;
        this.#again = true;
        await pause(backoffMs(Math.min(failures++, 5), random), signal);
      }
    }
  }

  async #readAll(): Promise<number> {
    const { bus, reception, handlers, onRefused } = this.#options;
    let count = 0;
    for (const [type, channel] of Object.entries(CHANNELS) as [MessageType, Channel][]) {
      const taken: Promise<void>[] = [];
      for await (const { payload, at } of bus.retained(channel)) {
        if (this.#stop.signal.aborted) return count;
        const frame = { channel, text: payload, at };
        const { envelopes, refused } = await reception.receive(frame, { again: true });
        for (const refusal of refused) onRefused(refusal);
        const done = Promise.withResolvers<void>();
        taken.push(done.promise);
        await handlers[type](envelopes, at, done.resolve);
        count += envelopes.length;
      }
      await Promise.race([Promise.all(taken), aborted(this.#stop.signal)]);
    }
    return count;
  }

  async #keepPositions(): Promise<void> {
    const { registry, logger } = this.#options;
    for (const [channel, position] of [...this.#done]) {
      try {
        await registry.put(POSITION_KEY + channel, position);
        if (this.#done.get(channel) === position) this.#done.delete(channel);
      } catch (error) {
        logger.warn({ error: String(error) }, 'how far the mesh was read cannot be kept; it is read again');
      }
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}
