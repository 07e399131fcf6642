import { AegisError, type Clock, type Logger, type Random, Result } from '@aegis/model';
import type { Notification, NotificationQueue, Notifier, QueuedMessage } from '@aegis/ports';
import type { ChannelSettings } from '../config/sections/notifications-section.ts';
import type { Part } from '../node/lifecycle.ts';
import { compose } from './compose.ts';
import type { NotificationMetrics } from './notification-metrics.ts';

export interface ChannelSenderOptions {
  readonly channel: ChannelSettings;
  readonly giveUpMs: number;
  readonly queue: NotificationQueue;
  /** With what its files hold now. */
  readonly open: () => Promise<Notifier>;
  /** Who tells. */
  readonly node: string;
  readonly newId: () => string;
  readonly metrics: NotificationMetrics;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

const LOOK_MS = 500;
const MINUTE_MS = 60_000;
/** Items of one message; of the others it is told how many there are. */
const MOST_ITEMS = 20;
/** Tries of a message that the other side says it does not want. */
const MOST_REFUSALS = 5;
const SHORTEST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5 * MINUTE_MS;

/** Sends what waits for one channel: gathered, within its rate, and again until it is taken. */
export class ChannelSender implements Part {
  readonly name: string;
  readonly #options: ChannelSenderOptions;
  readonly #sentAt: number[] = [];
  #notifier: Notifier | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopping = false;
  #failures = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #trouble = '';
  #lastSent: number | undefined;
  #sent = 0;
  #dropped = 0;

  constructor(options: ChannelSenderOptions) {
    this.name = `channel ${options.channel.name}`;
    this.#options = options;
  }

  /** Why it cannot send, in words; empty when it can. */
  get trouble(): string {
    return this.#trouble;
  }

  /** Since the start of the process. */
  get counts(): { readonly sent: number; readonly dropped: number; readonly lastSent: number | undefined } {
    return { sent: this.#sent, dropped: this.#dropped, lastSent: this.#lastSent };
  }

  start(): void {
    this.#turnIn(0);
  }

  /** What is under way is ended, and sent after the next start. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    await this.#notifier?.close();
    await this.#running;
  }

  /** Things that found no room. */
  drop(reason: 'full' | 'refused' | 'too_old', count: number): void {
    this.#dropped += count;
    this.#options.metrics.dropped(this.#options.channel.name, reason, count);
  }

  /** A message that says that this is a test, past the queue; why it could not be sent. */
  async test(): Promise<Result<void, string>> {
    const { newId, clock, node, channel } = this.#options;
    const at = clock.now();
    const message: Notification = {
      ...{ id: newId(), at, event: 'test', level: 'INFO', count: 1, node },
      title: `a test of the channel ${channel.name}`,
      items: [{ at, text: 'whoever reads this is told what happens', facts: { address: '192.0.2.1' } }],
    };
    try {
      const notifier = await this.#options.open();
      await notifier.send(message).finally(() => notifier.close());
      return Result.ok(undefined);
    } catch (error) {
      return Result.err(wordsOf(error));
    }
  }

  /** Makes one try, where there is something to send and it may be sent; whether it did. */
  async step(): Promise<boolean> {
    const { queue, channel, clock, newId, giveUpMs } = this.#options;
    const now = clock.now();
    if (clock.monotonic() < this.#pausedUntil || !this.#hasRoom()) return false;
    const readyBefore = now - channel.groupMs;
    const ask = { channel: channel.name, now, readyBefore, id: newId(), most: MOST_ITEMS };
    const message = await queue.take(ask);
    if (message === undefined) return false;
    if (now - message.since > giveUpMs) {
      await queue.settle(message.id);
      this.drop('too_old', message.count);
      return true;
    }
    this.#sentAt.push(clock.monotonic());
    await this.#try(message);
    return true;
  }

  async #try(message: QueuedMessage): Promise<void> {
    const { queue, channel, metrics, clock, node } = this.#options;
    try {
      this.#notifier ??= await this.#options.open();
      await this.#notifier.send(compose(message, channel.title, node));
    } catch (error) {
      if (this.#isStopping) return;
      await this.#failed(message, error);
      return;
    }
    await queue.settle(message.id);
    metrics.sent(channel.name);
    this.#sent++;
    this.#lastSent = clock.now();
    this.#failures = 0;
    this.#say('');
  }

  async #failed(message: QueuedMessage, error: unknown): Promise<void> {
    const { queue, channel, metrics, clock } = this.#options;
    metrics.failed(channel.name);
    this.#say(wordsOf(error));
    // Opened anew for the next try, with what its files hold by then.
    await this.#notifier?.close();
    this.#notifier = undefined;
    const isRefusal = error instanceof AegisError && error.code === 'notifier_refused';
    if (isRefusal && message.tries + 1 >= MOST_REFUSALS) {
      await queue.settle(message.id);
      this.drop('refused', message.count);
      return;
    }
    const pauseMs = this.#pauseMs(isRefusal ? message.tries : this.#failures);
    await queue.postpone(message.id, clock.now() + pauseMs);
    if (isRefusal) return;
    // Nothing else will get through either, and goes on being gathered.
    this.#failures++;
    this.#pausedUntil = clock.monotonic() + pauseMs;
  }

  #pauseMs(failures: number): number {
    const longest = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** Math.min(failures, 20));
    return Math.ceil(longest * (0.5 + this.#options.random.next() / 2));
  }

  #hasRoom(): boolean {
    const since = this.#options.clock.monotonic() - MINUTE_MS;
    while ((this.#sentAt[0] ?? Number.POSITIVE_INFINITY) <= since) this.#sentAt.shift();
    return this.#sentAt.length < this.#options.channel.maxPerMinute;
  }

  #say(trouble: string): void {
    const { logger, channel } = this.#options;
    if (trouble !== '' && this.#trouble === '')
      logger.warn({ channel: channel.name, error: trouble }, 'people cannot be told; it is tried again');
    if (trouble === '' && this.#trouble !== '')
      logger.info({ channel: channel.name }, 'people are told again');
    this.#trouble = trouble;
  }

  #turnIn(ms: number): void {
    if (this.#isStopping) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#turn();
    }, ms);
  }

  async #turn(): Promise<void> {
    try {
      while (!this.#isStopping && (await this.step()));
    } catch (error) {
      // The queue itself: what it holds stays there.
      this.#say(wordsOf(error));
    }
    this.#turnIn(LOOK_MS);
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
