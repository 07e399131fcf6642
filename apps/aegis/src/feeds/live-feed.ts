import { type LiveEntry, LiveStream } from '@aegis/feed-redis';
import { type FeedInForce, type Guard, LiveIndicators } from '@aegis/indicators';
import { type Clock, type Logger, Prefix, type Random, SCOPES, type Scope } from '@aegis/model';
import type { FeedSettings } from '../config/sections/feeds-setting.ts';
import { type Feed, type FeedRefresh, type FeedStatus, shownUrl } from './feed.ts';
import { readLiveEntry } from './live-entry.ts';
import { LiveJournal, type LiveStep } from './live-journal.ts';

export interface LiveFeedOptions {
  readonly settings: FeedSettings;
  readonly folder: string;
  /** Its name in the consumer group: the same at each start, so that it finds what it has not acknowledged. */
  readonly consumer: string;
  readonly guard: () => Guard | undefined;
  readonly audit: (detail: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly onChange: () => void;
  readonly onFailure: () => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** A feed that says each change as it happens: nothing is rebuilt, an entry counts within milliseconds. */
export class LiveFeed implements Feed {
  readonly settings: FeedSettings;
  readonly lookup: LiveIndicators;
  /** A stream has no end. */
  readonly bytes: number = 0;
  readonly #options: LiveFeedOptions;
  readonly #journal: LiveJournal;
  readonly #stream: LiveStream;
  readonly #refused: Map<string, number> = new Map();
  #trouble = 'not connected yet';
  #failures = 0;
  #changed: number | undefined;
  #entries = 0;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
    const { settings, folder, random, consumer } = options;
    const { url, stream, group, maxIndicators } = settings;
    this.settings = settings;
    this.lookup = new LiveIndicators({ random, mostRows: maxIndicators });
    this.#journal = new LiveJournal(folder);
    this.#stream = new LiveStream({
      url,
      stream,
      group,
      consumer,
      take: (entries) => this.#take(entries),
      onState: (trouble) => this.#state(trouble),
    });
  }

  async restore(): Promise<void> {
    this.#journal.restore(this.lookup);
    this.#options.onChange();
  }

  start(): void {
    this.#stream.start();
  }

  async stop(): Promise<void> {
    await this.#stream.stop();
    this.#journal.close();
  }

  /** There is nothing to ask for: it tells by itself. */
  async refresh(): Promise<FeedRefresh> {
    return this.#trouble === '' ? { kind: 'unchanged' } : { kind: 'failed', message: this.#trouble };
  }

  inForce(): FeedInForce {
    const { name, action } = this.settings;
    return {
      name,
      action,
      indicators: this.lookup,
      confirmed: undefined,
      expires: Number.MAX_SAFE_INTEGER,
    };
  }

  status(): FeedStatus {
    const { name, url, action, category } = this.settings;
    const scopes: Partial<Record<Scope, number>> = {};
    for (const { scope } of this.lookup.indicators()) scopes[scope] = (scopes[scope] ?? 0) + 1;
    const refused = [...this.#refused.values()].reduce((sum, count) => sum + count, 0);
    return {
      name,
      url: shownUrl(url),
      action,
      category,
      state: this.#trouble === '' ? 'current' : this.lookup.size > 0 ? 'stale' : 'waiting',
      indicators: this.lookup.size,
      scopes: Object.fromEntries(
        SCOPES.filter((scope) => scopes[scope]).map((scope) => [scope, scopes[scope]]),
      ),
      memoryBytes: 0,
      ...(this.#changed === undefined ? {} : { changed: this.#changed }),
      trouble: this.#trouble,
      failures: this.#failures,
      bytes: 0,
      summary: {
        format: undefined,
        why: `entries of ${this.settings.stream}`,
        lines: this.#entries,
        taken: this.#entries - refused,
        unreadable: refused,
        declined: 0,
        reasons: Object.fromEntries(this.#refused),
        examples: [],
      },
    };
  }

  /** Forgets what has ended. */
  sweep(): void {
    if (this.lookup.sweep(this.#options.clock.now()) > 0) this.#options.onChange();
  }

  async #take(entries: readonly LiveEntry[]): Promise<void> {
    const { clock, audit, onChange } = this.#options;
    const now = clock.now();
    const steps = entries.map((entry) => this.#stepOf(entry, now)).filter((step) => step !== undefined);
    this.#entries += entries.length;
    if (steps.length === 0) return;
    const put = steps.filter((step) => 'put' in step).length;
    this.#journal.append(steps, this.lookup);
    await audit({ put, removed: steps.length - put });
    for (const step of steps) {
      if ('remove' in step) this.lookup.remove(step.remove.scope, step.remove.value);
      else if (!this.lookup.put(step.put)) this.#refuse('beyond the most that a feed may hold');
    }
    this.#changed = now;
    onChange();
  }

  #stepOf(entry: LiveEntry, now: number): LiveStep | undefined {
    const wish = readLiveEntry(entry, now);
    if (!wish.ok) return this.#refuse(wish.error);
    const { scope, value } = wish.value;
    if (wish.value.kind === 'remove') return { remove: { scope, value } };
    const { confidence: sure, ttlMs } = this.settings;
    const { confidence = sure, expires = now + ttlMs, about } = wish.value;
    if (expires <= now) return { remove: { scope, value } };
    if (scope === 'ip' || scope === 'range') {
      const refused = this.#options.guard()?.refuse(Prefix.parts(value as Prefix));
      if (refused !== undefined) return this.#refuse(refused);
    }
    return {
      put: { scope, value, confidence, expires, seen: now, ...(about === undefined ? {} : { about }) },
    };
  }

  #refuse(reason: string): undefined {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
  }

  #state(trouble: string): void {
    const { logger, onFailure } = this.#options;
    if (trouble !== '') {
      this.#failures++;
      onFailure();
      if (this.#trouble !== trouble)
        logger.warn({ feed: this.settings.name, error: trouble }, 'a live feed cannot be read; trying again');
    } else this.#failures = 0;
    this.#trouble = trouble;
  }
}
