import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { ALWAYS_PROTECTED, type DecisionEngine, granularityOf } from '@aegis/decide';
import { createGuard, type FeedInForce, FeedsInForce, type Guard, type GuardRules } from '@aegis/indicators';
import { type Action, type Clock, type Logger, parseAddressWords, type Random, Result } from '@aegis/model';
import type { Ledger } from '@aegis/ports';
import type { FeedSettings } from '../config/sections/feeds-setting.ts';
import type { Part } from '../node/lifecycle.ts';
import type { Metrics } from '../node/metrics.ts';
import type { Actor, FeedListing, FeedPreview, FeedPreviewAsk, Feeds } from '../node/services.ts';
import { buildFeed } from './build-feed.ts';
import type { Feed, FeedRefresh, FeedStatus } from './feed.ts';
import { FeedStore } from './feed-store.ts';
import { ListedDecisions } from './listed-decisions.ts';
import { LiveFeed } from './live-feed.ts';
import { PolledFeed } from './polled-feed.ts';
import { previewFeed } from './preview-feed.ts';

export interface FeedServiceOptions {
  readonly feeds: readonly FeedSettings[];
  /** Where their last good states are kept, a folder each. */
  readonly folder: string;
  /** Names this node in consumer groups. */
  readonly nodeId: string;
  readonly engine: DecisionEngine;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** What is known of an address from feeds. */
export interface FeedReputation {
  readonly categories: readonly string[];
  /** 0-100. */
  readonly score: number;
}

const MOST_MS_WITHOUT_SWEEP = 1_000;

/**
 * Every feed of the node. A feed's trouble stays its own; what changed is put before the engine in one step. Files
 * are read one after the other, in a thread beside this one.
 */
export class FeedService implements Feeds, Part {
  readonly name = 'feeds';
  readonly listed: ListedDecisions;
  readonly #options: FeedServiceOptions;
  readonly #feeds: readonly Feed[];
  #inForce: FeedsInForce | undefined;
  #categories: readonly string[] = [];
  #building: Promise<unknown> = Promise.resolve();
  #guarded: { readonly policy: unknown; readonly guard: Guard } | undefined;
  #sweeping: NodeJS.Timeout | undefined;
  #isRestored = false;

  constructor(options: FeedServiceOptions) {
    this.#options = options;
    const { feeds, clock, logger } = options;
    const mostOf = (name: string): number => feeds.find((each) => each.name === name)?.maxEnforced ?? 0;
    this.listed = new ListedDecisions({ mostOf, clock, logger });
    this.#feeds = options.feeds.map((settings) => this.#create(settings));
  }

  /** Puts in force what was kept of every feed, before anything is asked. */
  async restore(): Promise<void> {
    await Promise.all(this.#feeds.map((feed) => feed.restore()));
    this.#isRestored = true;
    await this.#put();
  }

  start(): void {
    for (const feed of this.#feeds) feed.start();
    this.#sweeping = setInterval(() => {
      for (const feed of this.#feeds) if (feed instanceof LiveFeed) feed.sweep();
      this.listed.sweep();
    }, MOST_MS_WITHOUT_SWEEP);
  }

  async stop(): Promise<void> {
    clearInterval(this.#sweeping);
    await Promise.all(this.#feeds.map((feed) => feed.stop()));
    await this.listed.stop();
  }

  /** For health: a node does without its feeds, and says so. */
  get troubles(): readonly { readonly name: string; readonly trouble: string }[] {
    return this.#feeds.map((feed) => {
      const { name, trouble, state } = feed.status();
      const kept = state === 'stale' ? '; its last good state is in force' : '';
      return { name: `feed ${name}`, trouble: trouble === '' ? '' : `${trouble}${kept}` };
    });
  }

  list(): readonly FeedStatus[] {
    return this.#feeds.map((feed) => feed.status());
  }

  get(name: string): FeedStatus | undefined {
    return this.#named(name)?.status();
  }

  async refresh(name: string, actor: Actor): Promise<FeedRefresh | undefined> {
    const feed = this.#named(name);
    if (feed === undefined) return undefined;
    const outcome = await feed.refresh();
    await this.#audit('feed.refresh', name, actor, outcome.kind === 'failed' ? 'failed' : 'ok', {
      ...outcome,
    });
    return outcome;
  }

  indicators(name: string, from: number, limit: number): FeedListing | undefined {
    const feed = this.#named(name);
    if (feed === undefined) return undefined;
    const lookup = feed.lookup;
    if (lookup === undefined) return { indicators: [] };
    const indicators: FeedListing['indicators'][number][] = [];
    let position = 0;
    for (const row of lookup.rows()) {
      if (position++ < from) continue;
      if (indicators.length === limit) return { indicators, next: from + limit };
      const expires = lookup.expires(row) ?? feed.inForce()?.expires;
      const seen = lookup.seen(row);
      const about = lookup.about(row);
      indicators.push({
        scope: lookup.scope(row),
        value: lookup.value(row),
        confidence: lookup.confidence(row),
        ...(expires === undefined ? {} : { expires }),
        ...(seen === undefined ? {} : { seen }),
        ...(about === undefined ? {} : { about }),
      });
    }
    return { indicators };
  }

  async preview({ body, format, columns, feed: name }: FeedPreviewAsk): Promise<Result<FeedPreview, string>> {
    const feed = name === undefined ? undefined : this.#named(name);
    if (name !== undefined && feed === undefined) return Result.err(`there is no feed ${name}`);
    const before = feed instanceof PolledFeed ? feed.lookup?.memory : undefined;
    const guard = this.#rules(feed?.settings.action ?? 'ban');
    return previewFeed(body, {
      ...(format === undefined ? {} : { format }),
      ...(columns === undefined ? {} : { columns }),
      ...(before === undefined ? {} : { before }),
      ...(guard === undefined ? {} : { guard }),
      build: (job, options) => this.#build(job, options),
    });
  }

  /** What the feeds that restrict or watch say of an address; undefined where it is on none. */
  reputation(address: string): FeedReputation | undefined {
    const source = this.#inForce;
    if (source === undefined) return undefined;
    const words = new Uint32Array(4);
    const rows = new Int32Array(source.mostMatches);
    const count = source.match({ address }, parseAddressWords(address, words), words, rows, 0);
    const now = this.#options.clock.now();
    const counting = [...rows.subarray(0, count)].filter(
      (row) => source.lists[source.list(row)]?.action !== 'allow' && source.expires(row) > now,
    );
    if (counting.length === 0) return undefined;
    return {
      categories: [...new Set(counting.map((row) => this.#categories[source.list(row)] as string))].sort(),
      score: Math.round(100 * Math.max(...counting.map((row) => source.weight(row)))),
    };
  }

  #create(settings: FeedSettings): Feed {
    const { folder, logger, clock, random, metrics, nodeId } = this.#options;
    const { name } = settings;
    const node: Actor = { name: 'node', from: 'local' };
    const common = {
      settings,
      clock,
      random,
      logger,
      onChange: () => void this.#put(),
      onFailure: () => metrics.feedFailures.inc({ feed: name }),
      audit: (detail: Readonly<Record<string, unknown>>) =>
        this.#audit('feed.load', name, node, 'ok', detail),
    };
    if (settings.via === 'redis' || /^rediss?:/i.test(settings.url))
      return new LiveFeed({
        ...common,
        folder: join(folder, name),
        consumer: nodeId,
        guard: () => this.#guard(settings.action),
      });
    return new PolledFeed({
      ...common,
      store: new FeedStore(join(folder, name)),
      build: (job, options) => this.#build(job, options),
      guard: () => this.#rules(settings.action),
    });
  }

  /**
   * In one step for all checks: the tables themselves are made already. Resolves when those who carry decisions out
   * were told too.
   */
  #put(): Promise<void> {
    const { engine, metrics } = this.#options;
    const inForce = this.#feeds
      .map((feed) => ({ feed, state: feed.inForce() }))
      .filter((each): each is { feed: Feed; state: FeedInForce } => each.state !== undefined);
    this.#inForce = new FeedsInForce(
      inForce.map(({ state }) => state),
      granularityOf,
    );
    this.#categories = inForce.map(({ feed }) => feed.settings.category);
    engine.setIndicators(this.#inForce);
    for (const { feed, state } of inForce) {
      const labels = { feed: feed.settings.name };
      metrics.feedIndicators.set(labels, state.indicators.size);
      metrics.feedBytes.set(labels, feed.bytes);
      if (state.confirmed !== undefined) metrics.feedConfirmed.set(labels, state.confirmed / 1_000);
    }
    if (!this.#isRestored) return Promise.resolve();
    return this.listed.update(inForce.map(({ state }) => state));
  }

  #build(...words: Parameters<typeof buildFeed>): ReturnType<typeof buildFeed> {
    const result = this.#building.then(() => buildFeed(...words));
    this.#building = result;
    return result;
  }

  #rules(action: Action): GuardRules | undefined {
    if (action === 'allow' || action === 'observe') return undefined;
    const { limits, exempt, protected: kept } = this.#options.engine.policy;
    return { ...limits, protected: [...ALWAYS_PROTECTED, ...kept, ...exempt] };
  }

  #guard(action: Action): Guard | undefined {
    const { engine, random } = this.#options;
    const rules = this.#rules(action);
    if (rules === undefined) return undefined;
    if (this.#guarded?.policy !== engine.policy)
      this.#guarded = { policy: engine.policy, guard: createGuard(rules, random) };
    return this.#guarded.guard;
  }

  #named(name: string): Feed | undefined {
    return this.#feeds.find(({ settings }) => settings.name === name);
  }

  async #audit(
    action: string,
    target: string,
    actor: Actor,
    result: 'ok' | 'failed',
    detail: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const { ledger, clock } = this.#options;
    const entry = { id: randomUUID(), at: clock.now(), actor: actor.name, from: actor.from };
    await ledger.appendAudit([{ ...entry, action, target, result, detail }]);
  }
}
