import { readFileSync } from 'node:fs';
import {
  type FeedFault,
  type FeedRequest,
  type Fetched,
  fetchList,
  fetchMispFeed,
  fetchTaxii,
} from '@aegis/feed-http';
import { type FeedInForce, type FeedSummary, type GuardRules, IndicatorSet } from '@aegis/indicators';
import { type Clock, type Logger, type Random, Result, SCOPES } from '@aegis/model';
import type { FeedSettings } from '../config/sections/feeds-setting.ts';
import { pause } from '../pipeline/backoff.ts';
import type { buildFeed } from './build-feed.ts';
import { type Feed, type FeedRefresh, type FeedStatus, shownUrl } from './feed.ts';
import type { FeedBuilt } from './feed-job.ts';
import { brokenBecause } from './feed-soundness.ts';
import type { FeedSnapshot, FeedStore } from './feed-store.ts';

export interface PolledFeedOptions {
  readonly settings: FeedSettings;
  readonly store: FeedStore;
  /** One at a time: see `FeedService`. */
  readonly build: typeof buildFeed;
  /** What may not be restricted now; undefined where the feed restricts nothing. */
  readonly guard: () => GuardRules | undefined;
  /** Keeps in the ledger what is about to take effect. Throws AegisError `ledger_unavailable`. */
  readonly audit: (detail: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly onChange: () => void;
  readonly onFailure: () => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 900_000;

/** A feed that is asked now and then. Whatever it answers, what it held before stays until something better is kept. */
export class PolledFeed implements Feed {
  readonly settings: FeedSettings;
  readonly #options: PolledFeedOptions;
  readonly #stop = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();
  #running: Promise<void> = Promise.resolve();
  #wake: AbortController = new AbortController();
  #snapshot: FeedSnapshot | undefined;
  #set: IndicatorSet | undefined;
  #summary: FeedSummary | undefined;
  #trouble = '';
  #failures = 0;
  #next: number | undefined;

  constructor(options: PolledFeedOptions) {
    this.#options = options;
    this.settings = options.settings;
  }

  get lookup(): IndicatorSet | undefined {
    return this.#set;
  }

  get bytes(): number {
    return this.#snapshot?.bytes ?? 0;
  }

  async restore(): Promise<void> {
    const { store, logger } = this.#options;
    const snapshot = store.read();
    if (snapshot === undefined || snapshot.url !== this.settings.url) return;
    const built = await this.#build(store.bodyOf(snapshot));
    if (!built.ok) {
      logger.warn(
        { feed: this.settings.name, error: built.error },
        'the kept state of a feed cannot be read',
      );
      return;
    }
    this.#use(snapshot, built.value);
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake.abort();
    await this.#running;
    await this.#turn;
  }

  refresh(): Promise<FeedRefresh> {
    const result = this.#turn.then(() => this.#refresh());
    this.#turn = result.catch(() => undefined);
    // The next turn is counted from this one.
    void result.finally(() => this.#wake.abort()).catch(() => undefined);
    return result;
  }

  inForce(): FeedInForce | undefined {
    const { name, action, ttlMs } = this.settings;
    if (this.#set === undefined || this.#snapshot === undefined) return undefined;
    const { confirmed } = this.#snapshot;
    return { name, action, indicators: this.#set, confirmed, expires: confirmed + ttlMs };
  }

  status(): FeedStatus {
    const { name, url, action, category, ttlMs } = this.settings;
    const set = this.#set;
    const snapshot = this.#snapshot;
    const scopes = set === undefined ? [] : SCOPES.filter((scope) => set.count(scope) > 0);
    return {
      name,
      url: shownUrl(url),
      action,
      category,
      state: this.#trouble !== '' && set !== undefined ? 'stale' : set === undefined ? 'waiting' : 'current',
      indicators: set?.size ?? 0,
      scopes: Object.fromEntries(scopes.map((scope) => [scope, set?.count(scope) ?? 0])),
      memoryBytes: set?.bytes ?? 0,
      ...(snapshot === undefined
        ? {}
        : {
            confirmed: snapshot.confirmed,
            changed: snapshot.changed,
            expires: snapshot.confirmed + ttlMs,
          }),
      ...(this.#next === undefined ? {} : { next: this.#next }),
      trouble: this.#trouble,
      failures: this.#failures,
      bytes: this.bytes,
      ...(this.#summary === undefined ? {} : { summary: this.#summary }),
    };
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { intervalMs } = this.settings;
    this.#next = this.#snapshot === undefined ? clock.now() : this.#snapshot.confirmed + intervalMs;
    while (!this.#stop.signal.aborted) {
      this.#wake = new AbortController();
      const wait = Math.min(Math.max(0, this.#next - clock.now()), intervalMs);
      await pause(wait, this.#wake.signal);
      if (this.#stop.signal.aborted) return;
      if (this.#next <= clock.now()) await this.refresh();
    }
  }

  async #refresh(): Promise<FeedRefresh> {
    const { store, logger, clock } = this.#options;
    const { name, intervalMs } = this.settings;
    let outcome: Result<FeedRefresh, FeedFault>;
    try {
      outcome = await this.#fetchAndUse();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      outcome = Result.err({ kind: 'broken', message });
    }
    store.discardIncoming();
    if (outcome.ok) {
      this.#trouble = '';
      this.#failures = 0;
      this.#next = clock.now() + intervalMs;
      return outcome.value;
    }
    const { message, retryAfterMs } = outcome.error;
    if (this.#stop.signal.aborted) return { kind: 'failed', message };
    this.#trouble = message;
    this.#next = clock.now() + this.#retryMs(retryAfterMs);
    this.#failures++;
    this.#options.onFailure();
    logger.warn({ feed: name, error: message, failures: this.#failures }, 'a feed stays as it was');
    return { kind: 'failed', message };
  }

  async #fetchAndUse(): Promise<Result<FeedRefresh, FeedFault>> {
    const { store, clock, onChange, audit } = this.#options;
    const before = this.#snapshot;
    const fetched = await this.#fetch();
    if (!fetched.ok) return fetched;
    const body = fetched.value.modified ? `body-${fetched.value.digest}` : before?.body;
    if (before !== undefined && body === before.body) {
      const validators = fetched.value.modified ? fetched.value.validators : before.validators;
      this.#snapshot = { ...before, validators, confirmed: clock.now() };
      store.write(this.#snapshot);
      onChange();
      return Result.ok({ kind: 'unchanged' });
    }
    if (!fetched.value.modified)
      return Result.err({ kind: 'broken', message: 'answered 304 to a first request' });
    const built = await this.#build(store.incoming);
    const broken = built.ok ? brokenBecause(built.value.summary) : built.error;
    if (!built.ok || broken !== undefined) return Result.err({ kind: 'broken', message: broken ?? '' });
    const { bytes, validators, digest } = fetched.value;
    const now = clock.now();
    const snapshot = {
      url: this.settings.url,
      body: `body-${digest}`,
      bytes,
      validators,
      confirmed: now,
      changed: now,
    };
    const { memory, changes, summary } = built.value;
    // Kept on disk and in the ledger first; then it takes effect.
    store.commit(snapshot);
    await audit({ digest, bytes, indicators: memory.rows, taken: summary.taken, ...changes });
    this.#use(snapshot, built.value);
    return Result.ok({ kind: 'changed', ...(changes === undefined ? {} : { changes }) });
  }

  #use(snapshot: FeedSnapshot, { memory, summary }: FeedBuilt): void {
    this.#snapshot = snapshot;
    this.#set = new IndicatorSet(memory);
    this.#summary = summary;
    this.#options.onChange();
  }

  async #fetch(): Promise<Result<Fetched, FeedFault>> {
    const { url, via, maxBytes, timeoutMs, authorizationFile } = this.settings;
    const { store } = this.#options;
    let authorization: string | undefined;
    if (authorizationFile !== '') {
      try {
        authorization = readFileSync(authorizationFile, 'utf8').trim();
      } catch (error) {
        const message = `authorization_file cannot be read: ${(error as Error).message}`;
        return Result.err({ kind: 'refused', message });
      }
    }
    const request: FeedRequest = {
      url,
      maxBytes,
      timeoutMs,
      signal: this.#stop.signal,
      ...(authorization === undefined ? {} : { authorization }),
    };
    const snapshot = this.#snapshot;
    const known = snapshot?.validators ?? {};
    if (via === 'list') return fetchList(request, known, store.incoming);
    const before = snapshot === undefined ? {} : { before: store.bodyOf(snapshot) };
    const fetch = via === 'misp' ? fetchMispFeed : fetchTaxii;
    return fetch(request, { ...known, ...before }, store.incoming);
  }

  #build(path: string): Promise<Result<FeedBuilt, string>> {
    const { format, via, columns, confidence, maxIndicators } = this.settings;
    const guard = this.#options.guard();
    const known = via === 'misp' ? 'misp' : via === 'taxii' ? 'stix' : format === 'auto' ? undefined : format;
    return this.#options.build(
      {
        path,
        confidence,
        most: maxIndicators,
        ...(known === undefined ? {} : { format: known }),
        ...(columns.length === 0 ? {} : { columns }),
        ...(guard === undefined ? {} : { guard }),
        ...(this.#set === undefined ? {} : { before: this.#set.memory }),
      },
      { signal: this.#stop.signal },
    );
  }

  /** Doubling from 5 s to 15 min, never longer than the interval unless the server asks for it, with jitter. */
  #retryMs(retryAfterMs: number | undefined): number {
    const { random } = this.#options;
    const growing = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 16));
    const own = Math.min(this.settings.intervalMs, growing) * (0.5 + random.next() / 2);
    return Math.max(own, Math.min(retryAfterMs ?? 0, 24 * 3_600_000));
  }
}
