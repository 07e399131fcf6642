import { setTimeout as sleep } from 'node:timers/promises';
import { AegisError } from '@aegis/model';
import type { BusHandler, BusMessage, Position, SubscribeOptions, Subscription } from '@aegis/ports';
import { type LiveMessage, readLiveMessage } from './live-message.ts';
import { BEGINNING, isAfter, isPosition, timeOf } from './position.ts';
import type { Page, TopicReader } from './topic-reader.ts';

export interface RedisSubscriptionOptions extends SubscribeOptions {
  readonly topic: string;
  readonly handler: BusHandler;
  readonly reader: TopicReader;
  /** The live connection gives nothing although there is something. */
  readonly onDeaf: () => void;
  readonly onClose: (self: RedisSubscription) => void;
}

/** Live messages that wait for the handler; past either the stream is read instead, when the handler is ready. */
const MOST_WAITING = 1_000;
const MOST_WAITING_UNITS = 8 * 1024 * 1024;
/** Messages taken on the word of the channel; past it they are looked for in the stream. */
const MOST_UNCONFIRMED = 1_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/**
 * One handler's way through a topic. The stream is the truth; the channel only says earlier what is in it, and
 * anybody who may speak to Redis may lie on it. So:
 * - a live message is taken where it says that it follows the last one that was taken; anything else is a reason to
 *   read the stream;
 * - what was taken live is held against the stream every now and then. What turns out not to be there was a lie,
 *   or was lost by a failover: that counts as a gap, and the stream is read from the last place that is known to be
 *   in it. What has been handed out is left out, so that nothing comes twice and nothing is passed over;
 * - every entry of the stream names the one before it: where that is another one, messages are missing.
 */
export class RedisSubscription implements Subscription {
  readonly #options: RedisSubscriptionOptions;
  readonly #closing = new AbortController();
  /** Of the last message that was handed out and is known to be in the stream. */
  #anchor: Position = BEGINNING;
  /** Handed out since, in order. */
  readonly #unconfirmed = new Map<Position, string>();
  /** Taken and not yet handed out. */
  #waiting: BusMessage[] = [];
  #waitingUnits = 0;
  /** Of the last message that was taken. */
  #taken: Position = BEGINNING;
  #behind = true;
  /** Something was heard while the stream was read. */
  #heard = false;
  /** Whether the gap that the stream has here was told. */
  #isGapTold = false;
  #running = false;
  /** The newest position at the last check: by the next one it must have come. */
  #expected: Position = BEGINNING;

  constructor(options: RedisSubscriptionOptions) {
    this.#options = options;
  }

  /** Begins after `newest`, or after the position that was asked for. */
  begin(newest: Position): void {
    const { after = newest } = this.#options;
    if (isPosition(after)) this.#anchor = after;
    else this.#gap();
    this.#wake();
  }

  hear(text: string): void {
    this.#heard = true;
    if (this.#behind) return;
    const live = readLiveMessage(text);
    const fits = live !== undefined && this.#takeAll(live);
    if (!fits || this.#waiting.length > MOST_WAITING || this.#waitingUnits > MOST_WAITING_UNITS)
      this.fallBehind();
    this.#wake();
  }

  /** Messages may have been missed, or were not what they said: the stream tells. */
  fallBehind(): void {
    this.#waiting = [];
    this.#waitingUnits = 0;
    this.#behind = true;
    this.#wake();
  }

  /** Holds what was taken live against the stream. Does nothing where Redis is away. */
  async check(): Promise<void> {
    if (this.#behind || this.#closing.signal.aborted) return;
    const last = [...this.#unconfirmed.keys()].at(-1) ?? this.#anchor;
    const said = this.#unconfirmed.get(last);
    const expected = this.#expected;
    let found: Awaited<ReturnType<TopicReader['look']>>;
    try {
      found = await this.#options.reader.look(last);
    } catch {
      return;
    }
    if (this.#behind) return;
    this.#expected = found.newest;
    const isLost = isAfter(last, found.newest) || (said !== undefined && found.payload !== said);
    const isMissing = isAfter(expected, this.#taken);
    if (isMissing) this.#options.onDeaf();
    if (isLost || isMissing) this.fallBehind();
    else this.#confirm(last);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#options.onClose(this);
  }

  /** False where a message does not follow what was taken. */
  #takeAll({ before, entries }: LiveMessage): boolean {
    let last = before;
    for (const { position, payload } of entries) {
      if (last === this.#taken) this.#take(position, payload);
      else if (!this.#isKnown(position, payload)) return false;
      last = position;
    }
    return true;
  }

  #take(position: Position, payload: string): void {
    this.#taken = position;
    this.#waiting.push(this.#message(position, payload));
    this.#waitingUnits += payload.length;
  }

  #message(position: Position, payload: string): BusMessage {
    return { topic: this.#options.topic, position, payload, at: timeOf(position) };
  }

  /** The stream told of it before the channel did. */
  #isKnown(position: Position, payload: string): boolean {
    return !isAfter(position, this.#anchor) || this.#unconfirmed.get(position) === payload;
  }

  #confirm(position: Position): void {
    this.#anchor = position;
    for (const each of this.#unconfirmed.keys()) {
      if (isAfter(each, position)) break;
      this.#unconfirmed.delete(each);
    }
  }

  #wake(): void {
    if (this.#running || this.#closing.signal.aborted) return;
    this.#running = true;
    queueMicrotask(() => void this.#run());
  }

  async #run(): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      if (this.#behind) {
        try {
          await this.#readOn();
          pause = FIRST_PAUSE_MS;
        } catch (error) {
          if (!(error instanceof AegisError)) throw error;
          await sleep(pause * (0.5 + Math.random()), undefined, { signal }).catch(() => {});
          pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
        }
        continue;
      }
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#waitingUnits -= next.payload.length;
      this.#unconfirmed.set(next.position, next.payload);
      await this.#handOut(next);
      if (this.#unconfirmed.size > MOST_UNCONFIRMED) await this.check();
    }
    this.#running = false;
  }

  /** A page of the stream; at its end live messages count again. */
  async #readOn(): Promise<void> {
    this.#heard = false;
    const page = await this.#options.reader.page(this.#anchor);
    if (page.entries.length > 0) return this.#handOutPage(page);
    if (isAfter(this.#anchor, page.newest)) {
      // Redis has lost what was here. What is kept now comes from its beginning.
      this.#gap();
      this.#anchor = BEGINNING;
      this.#unconfirmed.clear();
      return;
    }
    // Handed out and not in the stream: lies, or what a failover has lost.
    if (this.#unconfirmed.size > 0) this.#gap();
    this.#isGapTold = false;
    this.#unconfirmed.clear();
    this.#taken = this.#anchor;
    this.#expected = this.#anchor;
    this.#behind = this.#heard;
  }

  async #handOutPage({ entries }: Page): Promise<void> {
    for (const { position, before, payload } of entries) {
      if (this.#closing.signal.aborted) return;
      if (before !== this.#anchor && before !== '') this.#gap();
      this.#isGapTold = false;
      this.#anchor = position;
      const isHandedOut = this.#unconfirmed.get(position) === payload;
      this.#unconfirmed.delete(position);
      if (!isHandedOut && before !== '') await this.#handOut(this.#message(position, payload));
    }
  }

  #gap(): void {
    if (this.#isGapTold) return;
    this.#isGapTold = true;
    quietly(() => this.#options.onGap?.());
  }

  async #handOut(message: BusMessage): Promise<void> {
    const { handler, onError } = this.#options;
    try {
      const pending = handler(message);
      if (pending !== undefined) await pending;
    } catch (error) {
      quietly(() => onError?.(error, message));
    }
  }
}

/** Whoever fails at being told of a failure cannot be told of that. */
function quietly(tell: () => void): void {
  try {
    tell();
  } catch {}
}
