import {
  type CheckRequest,
  type Decision,
  type Family,
  parseAddressWords,
  type Random,
  type Scope,
  type Timestamp,
  type Verdict,
} from '@aegis/model';
import { ActivePolicy, type StrategyCount } from './active-policy.ts';
import { compareTied, freshnessAt, isRestrictive } from './arbitration.ts';
import { DecisionIndex, MOST_SLOTS } from './decision-index.ts';
import { explain } from './explain.ts';
import type { Explanation } from './explanation.ts';
import type { IndicatorSource } from './indicator-source.ts';
import type { Policy } from './policy.ts';
import type { Standing } from './standing.ts';
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
 * takes some 500 bytes with its record, and 16 million is the most. A check takes time for each decision on the
 * values that it matches.
 */
export class DecisionEngine {
  readonly #random: Random;
  #policy: ActivePolicy;
  #index: DecisionIndex;
  readonly #words: Uint32Array = new Uint32Array(4);
  readonly #slots: Int32Array = new Int32Array(MOST_SLOTS);
  #indicators: IndicatorSource | undefined;
  #rows: Int32Array = new Int32Array(0);

  constructor({ policy, random }: EngineOptions) {
    this.#random = random;
    this.#policy = new ActivePolicy(policy, random);
    this.#index = new DecisionIndex(random);
  }

  /** Decisions held, those that expired and were not swept included. */
  get size(): number {
    return this.#index.size;
  }

  /** Whether a decision that is held is about countries, continents or autonomous systems. */
  get usesPlace(): boolean {
    return this.#index.usesPlace;
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
    this.#rows = new Int32Array(source?.mostMatches ?? 0);
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
    const index = this.#index;
    const family = parseAddressWords(request.address, this.#words);
    const exemption = policy.exemption(family, this.#words);
    if (exemption !== undefined) return exemption;

    const count = index.match(request, family, this.#words, this.#slots);
    const rows = this.#rowsOf(request, family);
    if (count === 0 && rows === undefined) return family === 0 ? UNREADABLE_ADDRESS : NO_OPINION;
    const shielded = policy.protectedPrefix(family, this.#words) !== undefined;
    let best: Standing | undefined;
    let bestScore = 0;
    let shadow: Standing | undefined;
    let shadowScore = 0;
    for (let i = rows === undefined ? 0 : -1; i < count; i++) {
      let standing = i < 0 ? rows : index.first(this.#slots[i] as number);
      for (; standing !== undefined; standing = standing.next) {
        const { decision, granularity } = standing;
        const strategy = policy.strategyOf(standing);
        if (strategy === undefined || strategy.mode === 'off' || decision.expires <= now) continue;
        strategy.matched++;
        if (shielded && isRestrictive(decision.action)) continue;
        const score =
          decision.action === 'allow'
            ? Number.POSITIVE_INFINITY
            : strategy.weight * decision.weight * freshnessAt(strategy, decision.created, now) * granularity;
        if (strategy.mode === 'enforce') {
          if (!outranks(standing, score, best, bestScore)) continue;
          best = standing;
          bestScore = score;
        } else if (outranks(standing, score, shadow, shadowScore)) {
          shadow = standing;
          shadowScore = score;
        }
      }
    }
    if (shadow?.strategy !== undefined && outranks(shadow, shadowScore, best, bestScore))
      shadow.strategy.decided++;
    if (best?.strategy === undefined) return family === 0 ? UNREADABLE_ADDRESS : NO_OPINION;
    best.strategy.decided++;
    return verdictOf(best.decision, bestScore);
  }

  /** The verdict of `check` with every decision that had a part in it, and why. Counts nothing. */
  explain(request: CheckRequest, now: Timestamp): Explanation {
    const family = parseAddressWords(request.address, this.#words);
    const standings: Standing[] = [];
    const count = this.#index.match(request, family, this.#words, this.#slots);
    for (let i = 0; i < count; i++) {
      let standing = this.#index.first(this.#slots[i] as number);
      for (; standing !== undefined; standing = standing.next) standings.push(standing);
    }
    for (let row = this.#rowsOf(request, family); row !== undefined; row = row.next) standings.push(row);
    return explain({
      policy: this.#policy,
      standings,
      readable: family !== 0,
      exemptPrefix: this.#policy.exemptPrefix(family, this.#words),
      protectedPrefix: this.#policy.protectedPrefix(family, this.#words),
      now,
    });
  }

  /** A chain of the indicators that match. */
  #rowsOf(request: CheckRequest, family: Family): Standing | undefined {
    const source = this.#indicators;
    if (source === undefined) return undefined;
    let chain: Standing | undefined;
    for (let left = source.match(request, family, this.#words, this.#rows, 0); left > 0; left--) {
      const row = this.#rows[left - 1] as number;
      const decision = source.decision(row);
      chain = {
        decision,
        granularity: source.granularity(row),
        expires: decision.expires,
        place: -1,
        next: chain,
        policy: undefined,
        strategy: undefined,
      };
    }
    return chain;
  }
}

/** `compareScored` without an object for each. */
function outranks(a: Standing, aScore: number, b: Standing | undefined, bScore: number): boolean {
  if (b === undefined || aScore > bScore) return true;
  return aScore === bScore && compareTied(a.decision, b.decision) < 0;
}
