import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { granularityOf } from '@aegis/decide';
import { type FeedInForce, FeedsInForce, listedId } from '@aegis/indicators';
import type { Action, Clock, Decision, Logger, Scope, Timestamp } from '@aegis/model';
import type { DecisionChange, Listed } from '../node/services.ts';
import { pause } from '../pipeline/backoff.ts';

export interface ListedDecisionsOptions {
  /** The most that are given of a feed. */
  readonly mostOf: (feed: string) => number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Rows that are gone through, and changes that are told, before others have their turn. */
const AT_ONCE = 500;
/** What was done last is rested from for so many times as long: this never takes more than a tenth of a core. */
const REST_FACTOR = 9;
/** What those who carry decisions out can do something with. */
const SCOPES: ReadonlySet<Scope> = new Set<Scope>(['ip', 'range']);
const ACTIONS: ReadonlySet<Action> = new Set<Action>(['ban', 'captcha', 'throttle', 'allow']);

/** What was told of a feed. */
interface Told {
  readonly state: FeedInForce;
  readonly decisions: ReadonlyMap<string, Decision>;
  /** When the first of them ends. */
  readonly soonestEnd: Timestamp;
}

/**
 * The addresses and ranges of feeds as decisions, for those who carry decisions out: firewalls, bouncers, proxies. They
 * look nothing up here, so they are told, and of changes only what changed. A feed gives them as many as its settings
 * allow, the surest first; the rest counts at checks alone. A feed that only confirms what it said is not told of again
 * until half the time is over that was told.
 */
export class ListedDecisions implements Listed {
  readonly #options: ListedDecisionsOptions;
  readonly #told: Map<string, Told> = new Map();
  readonly #listeners = new Set<(changes: readonly DecisionChange[]) => void>();
  readonly #stop = new AbortController();
  #wanted: readonly FeedInForce[] = [];
  #stale = false;
  #isAligning = false;
  #aligning: Promise<void> = Promise.resolve();

  constructor(options: ListedDecisionsOptions) {
    this.#options = options;
  }

  *inForce(): IterableIterator<Decision> {
    for (const { decisions } of this.#told.values()) yield* decisions.values();
  }

  on(scope: Scope, value: string): readonly Decision[] {
    return [...this.#told].flatMap(([feed, { decisions }]) => {
      const decision = decisions.get(listedId(feed, scope, value));
      return decision === undefined ? [] : [decision];
    });
  }

  onChange(listener: (changes: readonly DecisionChange[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** These are the feeds from now on. Followed soon, a piece at a time; resolves when it is, or at the end. */
  update(feeds: readonly FeedInForce[]): Promise<void> {
    this.#wanted = feeds;
    this.#stale = true;
    if (!this.#isAligning) this.#aligning = this.#align();
    return this.#aligning;
  }

  /** Takes back what has ended. */
  sweep(): void {
    const now = this.#options.clock.now();
    if ([...this.#told.values()].some(({ soonestEnd }) => soonestEnd <= now)) void this.update(this.#wanted);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#aligning;
  }

  async #align(): Promise<void> {
    const { clock, logger } = this.#options;
    this.#isAligning = true;
    try {
      while (this.#stale && !this.#stop.signal.aborted) {
        this.#stale = false;
        const feeds = this.#wanted;
        const begun = clock.monotonic();
        const names = new Set(feeds.map(({ name }) => name));
        for (const name of this.#told.keys()) if (!names.has(name)) await this.#tell(name, undefined);
        for (const feed of feeds) await this.#follow(feed);
        if (this.#stale) await pause((clock.monotonic() - begun) * REST_FACTOR, this.#stop.signal);
      }
    } catch (error) {
      logger.error({ error: String(error) }, 'what feeds list could not be told to enforcers');
    } finally {
      this.#isAligning = false;
    }
  }

  async #follow(state: FeedInForce): Promise<void> {
    const now = this.#options.clock.now();
    const told = this.#told.get(state.name);
    const same = told !== undefined && told.state.indicators === state.indicators;
    // The tables of a feed that is asked never change; those of a live one do.
    if (same && state.confirmed !== undefined && told.soonestEnd - now > (state.expires - now) / 2) return;
    const decisions = new Map<string, Decision>();
    let soonestEnd = Number.POSITIVE_INFINITY;
    for await (const fresh of this.#decisionsOf(state, now)) {
      const before = told?.decisions.get(fresh.id);
      const decision = before !== undefined && stillHolds(before, fresh, now) ? before : fresh;
      decisions.set(decision.id, decision);
      soonestEnd = Math.min(soonestEnd, decision.expires);
    }
    if (!this.#stop.signal.aborted) await this.#tell(state.name, { state, decisions, soonestEnd });
  }

  /** The surest of what can be carried out and has not ended, as many as may be given. */
  async *#decisionsOf(state: FeedInForce, now: Timestamp): AsyncGenerator<Decision> {
    const { indicators, name, action } = state;
    const most = this.#options.mostOf(name);
    if (!ACTIONS.has(action) || most === 0) return;
    const source = new FeedsInForce([state], granularityOf);
    const sure = await this.#confidences(indicators);
    let left = most;
    let least = 100;
    for (; least > 0 && left > (sure[least] as number); least--) left -= sure[least] as number;
    let gone = 0;
    for (const row of indicators.rows()) {
      const confidence = SCOPES.has(indicators.scope(row)) ? indicators.confidence(row) : -1;
      const isGiven = confidence > least || (confidence === least && left-- > 0);
      if (isGiven && source.expires(row) > now) yield source.decision(row);
      if (++gone % AT_ONCE === 0) await yieldToOthers();
      if (this.#stop.signal.aborted) return;
    }
  }

  /** How many addresses and ranges there are of each confidence. */
  async #confidences(indicators: FeedInForce['indicators']): Promise<Uint32Array> {
    const counts = new Uint32Array(101);
    let gone = 0;
    for (const row of indicators.rows()) {
      if (SCOPES.has(indicators.scope(row))) (counts[indicators.confidence(row)] as number)++;
      if (++gone % (AT_ONCE * 10) === 0) await yieldToOthers();
    }
    return counts;
  }

  async #tell(feed: string, after: Told | undefined): Promise<void> {
    const before: ReadonlyMap<string, Decision> = this.#told.get(feed)?.decisions ?? new Map();
    if (after === undefined) this.#told.delete(feed);
    else this.#told.set(feed, after);
    const standing: ReadonlyMap<string, Decision> = after?.decisions ?? new Map();
    let changes: DecisionChange[] = [];
    const add = async (change: DecisionChange): Promise<void> => {
      changes.push(change);
      if (changes.length === AT_ONCE) await flush();
    };
    const flush = async (): Promise<void> => {
      const told = changes;
      changes = [];
      if (told.length > 0) for (const listener of this.#listeners) listener(told);
      await yieldToOthers();
    };
    for (const [id, decision] of before) if (!standing.has(id)) await add({ kind: 'lifted', decision });
    for (const [id, decision] of standing) {
      const known = before.get(id);
      if (known !== decision) await add({ kind: known === undefined ? 'made' : 'extended', decision });
    }
    await flush();
  }
}

/** Whether what was told of it is still right, and for long enough. */
function stillHolds(told: Decision, fresh: Decision, now: Timestamp): boolean {
  return (
    told.action === fresh.action &&
    told.reason === fresh.reason &&
    told.weight === fresh.weight &&
    told.expires <= fresh.expires &&
    told.expires - now > (fresh.expires - now) / 2
  );
}
