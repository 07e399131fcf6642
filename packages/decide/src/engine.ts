import {
  type CheckRequest,
  type Decision,
  outcomeOf,
  parseAddressWords,
  type Random,
  type Scope,
  type Timestamp,
  type Verdict,
} from '@aegis/model';
import { ActivePolicy, type StrategyCount } from './active-policy.ts';
import { freshnessAt, isRestrictive } from './arbitration.ts';
import { Contest } from './contest.ts';
import { DecisionIndex, MOST_VALUES } from './decision-index.ts';
import { NO_ROW } from './decision-rows.ts';
import { explain, type Standing } from './explain.ts';
import type { Explanation } from './explanation.ts';
import { IndicatorKinds } from './indicator-kinds.ts';
import type { IndicatorSource } from './indicator-source.ts';
import type { Policy } from './policy.ts';
import { NO_OPINION, UNREADABLE_ADDRESS, verdictOf } from './verdicts.ts';

export interface EngineOptions {
  readonly policy: Policy;
  /** Keys the look-up tables: must be one that clients cannot guess. */
  readonly random: Random;
}

/** Decisions that will replace those in force. */
export interface Reload {
  /** Throws like `DecisionEngine.apply`. */
  add(decision: Decision): void;
  commit(): void;
}

/**
 * Answers checks from the decisions and the policy in force. No I/O, no clock: times are given.
 *
 * Every change is whole when its call returns and not before, and nothing of it is seen where the call throws.
 * Decisions count from the moment they are applied until `expires`, swept or not. The answer depends only on
 * which decisions are in force, never on the order they came in. How many are held is the caller's to bound: each
 * takes some 165 bytes, and 16 million is the most. A check takes time for each decision on the
 * values that it matches.
 */
export class DecisionEngine {
  readonly #random: Random;
  #policy: ActivePolicy;
  #index: DecisionIndex;
  readonly #words: Uint32Array = new Uint32Array(4);
  readonly #firsts: Int32Array = new Int32Array(MOST_VALUES);
  #indicators: IndicatorSource | undefined;
  #lists: IndicatorKinds = new IndicatorKinds([]);
  #listed: Int32Array = new Int32Array(0);
  readonly #enforced: Contest = new Contest((decision) => this.#idOf(decision));
  readonly #shadow: Contest = new Contest((decision) => this.#idOf(decision));

  constructor({ policy, random }: EngineOptions) {
    this.#random = random;
    this.#policy = new ActivePolicy(policy, random);
    this.#index = new DecisionIndex(random);
  }

  /** Decisions held, those that expired and were not swept included. */
  get size(): number {
    return this.#index.size;
  }

  /** Whether a decision that is held, or a row of a list, is about countries, continents or autonomous systems. */
  get usesPlace(): boolean {
    return this.#index.usesPlace || this.#indicators?.usesPlace === true;
  }

  get policy(): Policy {
    return this.#policy.policy;
  }

  get indicators(): IndicatorSource | undefined {
    return this.#indicators;
  }

  /**
   * Puts these lists in force, in place of those before and in one step. Their rows count in `check` and `explain`
   * like decisions that were applied; the other methods are about applied decisions only.
   */
  setIndicators(source: IndicatorSource | undefined): void {
    this.#listed = new Int32Array(source?.mostMatches ?? 0);
    this.#lists = new IndicatorKinds(source?.lists ?? []);
    this.#indicators = source;
  }

  /** Puts a decision in force, in place of one with the same id. Throws AegisError `decision_not_canonical`. */
  apply(decision: Decision): void {
    this.#index.add(decision);
  }

  /** Takes it out of force; what else there is on the same value counts again. */
  retract(id: string): Decision | undefined {
    return this.#index.remove(id);
  }

  /** These and no others, in one step. Throws like `apply`. */
  replaceAll(decisions: Iterable<Decision>): void {
    const reload = this.reload();
    for (const decision of decisions) reload.add(decision);
    reload.commit();
  }

  /** The same in as many steps as one likes; until `commit` the decisions in force stay what they are. */
  reload(): Reload {
    const index = new DecisionIndex(this.#random);
    return {
      add: (decision) => index.add(decision),
      commit: () => {
        this.#index = index;
      },
    };
  }

  /** Counts of strategies that keep their name go on. */
  setPolicy(policy: Policy): void {
    this.#policy = new ActivePolicy(policy, this.#random, this.#policy);
  }

  /** Forgets the decisions that have ended and returns them, the soonest first. */
  sweep(now: Timestamp): readonly Decision[] {
    return this.#index.takeExpired(now);
  }

  get(id: string): Decision | undefined {
    return this.#index.get(id);
  }

  /** Those about exactly this value, swept or not. */
  decisionsOn(scope: Scope, value: string): readonly Decision[] {
    return this.#index.on(scope, value);
  }

  /** All that are held. The engine must not be changed meanwhile. */
  decisions(): IterableIterator<Decision> {
    return this.#index.decisions();
  }

  /** What each strategy had to say in checks so far, in the policy's order. Exempt addresses are not counted. */
  strategyCounts(): readonly StrategyCount[] {
    return this.#policy.counts();
  }

  /** Allocates nothing but the verdict. */
  check(request: CheckRequest, now: Timestamp): Verdict {
    const policy = this.#policy;
    const words = this.#words;
    const family = parseAddressWords(request.address, words);
    const exemption = policy.exemption(family, words);
    if (exemption !== undefined) return exemption;

    const values = this.#index.match(request, family, words, this.#firsts);
    const rows = this.#indicators?.match(request, family, words, this.#listed, 0) ?? 0;
    if (values + rows === 0) return family === 0 ? UNREADABLE_ADDRESS : NO_OPINION;
    const shielded = policy.isProtected(family, words);
    const [enforced, shadow] = [this.#enforced, this.#shadow];
    enforced.open();
    shadow.open();
    this.#offerApplied(values, now, shielded);
    if (rows > 0) this.#offerListed(rows, now, shielded);
    if (shadow.strategy !== undefined && shadow.outranks(enforced)) shadow.strategy.decided++;
    if (enforced.strategy === undefined) return family === 0 ? UNREADABLE_ADDRESS : NO_OPINION;
    enforced.strategy.decided++;
    return this.#verdictOf(enforced.decision, enforced.score);
  }

  /** The verdict of `check` with every decision that had a part in it, and why. Counts nothing. */
  explain(request: CheckRequest, now: Timestamp): Explanation {
    const policy = this.#policy;
    const words = this.#words;
    const { rows } = this.#index;
    const source = this.#indicators;
    const family = parseAddressWords(request.address, words);
    const standings: Standing[] = [];
    const values = this.#index.match(request, family, words, this.#firsts);
    for (let i = 0; i < values; i++) {
      for (let row = this.#firsts[i] as number; row !== NO_ROW; row = rows.next(row)) {
        const kind = rows.kind(row);
        const strategy = policy.strategyOf(kind);
        standings.push({ decision: rows.decision(row), granularity: kind.granularity, strategy });
      }
    }
    const listed = source?.match(request, family, words, this.#listed, 0) ?? 0;
    for (let i = 0; i < listed && source !== undefined; i++) {
      const row = this.#listed[i] as number;
      const strategy = policy.strategyOf(this.#lists.kind(source.list(row), source.scope(row)));
      standings.push({ decision: source.decision(row), granularity: source.granularity(row), strategy });
    }
    return explain({
      standings,
      readable: family !== 0,
      exemptPrefix: policy.exemptPrefix(family, words),
      protectedPrefix: policy.protectedPrefix(family, words),
      now,
    });
  }

  /** The decisions on the values that a request matches. */
  #offerApplied(values: number, now: Timestamp, shielded: boolean): void {
    const { rows } = this.#index;
    for (let i = 0; i < values; i++) {
      for (let row = this.#firsts[i] as number; row !== NO_ROW; row = rows.next(row)) {
        const kind = rows.kind(row);
        const strategy = this.#policy.strategyOf(kind);
        if (strategy === undefined || strategy.mode === 'off') continue;
        const expires = rows.expires(row);
        if (expires <= now) continue;
        strategy.matched++;
        if (shielded && isRestrictive(kind.action)) continue;
        const { action, weight, granularity } = kind;
        const score =
          action === 'allow'
            ? Number.POSITIVE_INFINITY
            : strategy.weight * weight * freshnessAt(strategy, rows.created(row), now) * granularity;
        const contest = strategy.mode === 'enforce' ? this.#enforced : this.#shadow;
        contest.offer(strategy, row, score, action, expires);
      }
    }
  }

  /** The same for rows of the lists, which are numbered from -1 downwards. */
  #offerListed(count: number, now: Timestamp, shielded: boolean): void {
    const source = this.#indicators as IndicatorSource;
    for (let i = 0; i < count; i++) {
      const row = this.#listed[i] as number;
      const kind = this.#lists.kind(source.list(row), source.scope(row));
      const strategy = this.#policy.strategyOf(kind);
      if (strategy === undefined || strategy.mode === 'off') continue;
      const expires = source.expires(row);
      if (expires <= now) continue;
      strategy.matched++;
      if (shielded && isRestrictive(kind.action)) continue;
      const score =
        kind.action === 'allow'
          ? Number.POSITIVE_INFINITY
          : strategy.weight *
            source.weight(row) *
            freshnessAt(strategy, source.created(row), now) *
            source.granularity(row);
      const contest = strategy.mode === 'enforce' ? this.#enforced : this.#shadow;
      contest.offer(strategy, ~row, score, kind.action, expires);
    }
  }

  #verdictOf(decision: number, score: number): Verdict {
    if (decision < 0) return verdictOf((this.#indicators as IndicatorSource).decision(~decision), score);
    const { rows } = this.#index;
    const { action, origin, scope } = rows.kind(decision);
    return {
      outcome: outcomeOf(action),
      decision: rows.id(decision),
      reason: rows.reason(decision),
      origin,
      scope,
      score,
      expires: rows.expires(decision),
    };
  }

  #idOf(decision: number): string {
    if (decision >= 0) return this.#index.rows.id(decision);
    return (this.#indicators as IndicatorSource).decision(~decision).id;
  }
}
