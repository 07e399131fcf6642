import type { CheckRequest, Decision, Outcome, Random, Timestamp } from '@aegis/model';
import { DecisionEngine } from './engine.ts';
import type { Candidate, Explanation } from './explanation.ts';
import type { Policy, StrategyMode } from './policy.ts';

/** A decision and when it stood: from the first moment to before the second. */
export interface StandingPeriod {
  readonly decision: Decision;
  readonly from: Timestamp;
  readonly until: Timestamp;
}

export interface SimulationOptions {
  /** In force. */
  readonly before: Policy;
  /** Proposed. */
  readonly after: Policy;
  /** In order of `from`. */
  readonly decisions: Iterable<StandingPeriod>;
  readonly random: Random;
  /** The moment of every verdict; default: that of its request. */
  readonly checkAt?: Timestamp;
  /** Clients whose verdict changes that are told one by one; default 10,000. Further ones are counted. */
  readonly mostTold?: number;
  /** Distinct clients that are counted exactly; default 1,000,000. */
  readonly mostCounted?: number;
}

export interface Count {
  readonly count: number;
  /** False: there are at least so many. */
  readonly exact: boolean;
}

export interface SimulationReport {
  readonly requests: number;
  /** Requests whose verdict would be another. */
  readonly changed: number;
  /** Those that came out of order: decisions made after them may have counted. */
  readonly late: number;
  readonly first?: Timestamp;
  readonly last?: Timestamp;
  /** How many requests got each verdict. */
  readonly outcomes: {
    readonly before: Readonly<Partial<Record<Outcome, number>>>;
    readonly after: Readonly<Partial<Record<Outcome, number>>>;
  };
  /** The most frequent first. */
  readonly transitions: readonly Transition[];
  readonly clients: Count;
  readonly changedClients: Count;
  /** The most changed requests first. */
  readonly told: readonly ChangedClient[];
  /** In the proposed order, then those that are no more. */
  readonly strategies: readonly StrategyEffect[];
}

export interface Transition {
  readonly from: Outcome;
  readonly to: Outcome;
  readonly requests: number;
}

export interface ChangedClient {
  readonly address: string;
  /** Changed ones. */
  readonly requests: number;
  readonly transitions: readonly Transition[];
  /** The first one that changed. */
  readonly example: { readonly at: Timestamp; readonly before: Reasoned; readonly after: Reasoned };
}

/** A verdict and, in words, why. */
export interface Reasoned {
  readonly outcome: Outcome;
  readonly decision?: string;
  readonly strategy?: string;
  readonly why: string;
}

export interface StrategyEffect {
  readonly strategy: string;
  /** Absent where the policy has no such strategy. */
  readonly before?: Effect;
  readonly after?: Effect;
}

/** As in `StrategyCount`. */
export interface Effect {
  readonly mode: StrategyMode;
  readonly matched: number;
  readonly decided: number;
}

interface Tally {
  readonly example: ChangedClient['example'];
  readonly transitions: Map<string, number>;
  requests: number;
}

/**
 * Two policies side by side on the same requests and decisions, on event time: each request meets the decisions
 * that stood when it was made. Requests come in order of time; decisions are taken up as time proceeds. Holds the
 * decisions twice, and of the clients no more than the options say. What a policy decides anew, by its limits and
 * its rules for proposals, is not replayed: the decisions are the recorded ones.
 */
export class Simulation {
  readonly #before: DecisionEngine;
  readonly #after: DecisionEngine;
  readonly #mostTold: number;
  readonly #mostCounted: number;
  readonly #periods: Iterator<StandingPeriod>;
  #next: StandingPeriod | undefined;
  readonly #checkAt: Timestamp | undefined;
  #now = Number.NEGATIVE_INFINITY;
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  #requests = 0;
  #changed = 0;
  #late = 0;
  readonly #outcomes = { before: new Map<Outcome, number>(), after: new Map<Outcome, number>() };
  readonly #transitions = new Map<string, number>();
  readonly #clients = new Set<string>();
  readonly #changedClients = new Set<string>();
  readonly #told = new Map<string, Tally>();

  constructor({ before, after, decisions, random, checkAt, ...most }: SimulationOptions) {
    this.#checkAt = checkAt;
    this.#before = new DecisionEngine({ policy: before, random });
    this.#after = new DecisionEngine({ policy: after, random });
    this.#mostTold = most.mostTold ?? 10_000;
    this.#mostCounted = most.mostCounted ?? 1_000_000;
    this.#periods = decisions[Symbol.iterator]();
    this.#take();
  }

  request(made: Timestamp, request: CheckRequest): void {
    const at = this.#checkAt ?? made;
    if (at < this.#now) this.#late++;
    else this.#proceed(at);
    this.#first = Math.min(this.#first, made);
    this.#last = Math.max(this.#last, made);
    this.#requests++;
    this.#count(this.#clients, request.address);
    const before = this.#before.check(request, at).outcome;
    const after = this.#after.check(request, at).outcome;
    increase(this.#outcomes.before, before);
    increase(this.#outcomes.after, after);
    if (before === after) return;
    this.#changed++;
    this.#count(this.#changedClients, request.address);
    const transition = `${before} ${after}`;
    increase(this.#transitions, transition);
    const tally = this.#tallyOf(made, at, request);
    if (tally === undefined) return;
    tally.requests++;
    increase(tally.transitions, transition);
  }

  report(): SimulationReport {
    const counted = (set: ReadonlySet<string>): Count => ({
      count: set.size,
      exact: set.size < this.#mostCounted,
    });
    const told = [...this.#told].map(([address, { requests, transitions, example }]) => ({
      address,
      requests,
      transitions: transitionsOf(transitions),
      example,
    }));
    return {
      requests: this.#requests,
      changed: this.#changed,
      late: this.#late,
      ...(this.#requests > 0 && { first: this.#first, last: this.#last }),
      outcomes: {
        before: Object.fromEntries(this.#outcomes.before),
        after: Object.fromEntries(this.#outcomes.after),
      },
      transitions: transitionsOf(this.#transitions),
      clients: counted(this.#clients),
      changedClients: counted(this.#changedClients),
      told: told.sort((a, b) => b.requests - a.requests || (a.address < b.address ? -1 : 1)),
      strategies: this.#strategies(),
    };
  }

  /** Takes up the decisions that stand by then, and forgets those that ended. */
  #proceed(at: Timestamp): void {
    this.#now = at;
    while (this.#next !== undefined && this.#next.from <= at) {
      const { decision, until } = this.#next;
      if (until > at) {
        const standing = { ...decision, expires: until };
        this.#before.apply(standing);
        this.#after.apply(standing);
      }
      this.#take();
    }
    this.#before.sweep(at);
    this.#after.sweep(at);
  }

  #take(): void {
    const { done, value } = this.#periods.next();
    this.#next = done === true ? undefined : value;
  }

  #count(set: Set<string>, address: string): void {
    if (set.size < this.#mostCounted) set.add(address);
  }

  #tallyOf(made: Timestamp, at: Timestamp, request: CheckRequest): Tally | undefined {
    const known = this.#told.get(request.address);
    if (known !== undefined || this.#told.size >= this.#mostTold) return known;
    const example = {
      at: made,
      before: reasoned(this.#before.explain(request, at)),
      after: reasoned(this.#after.explain(request, at)),
    };
    const tally = { requests: 0, transitions: new Map<string, number>(), example };
    this.#told.set(request.address, tally);
    return tally;
  }

  #strategies(): readonly StrategyEffect[] {
    const effects = (engine: DecisionEngine): Map<string, Effect> =>
      new Map(engine.strategyCounts().map(({ strategy, ...effect }) => [strategy, effect]));
    const [before, after] = [effects(this.#before), effects(this.#after)];
    const names = new Set([...after.keys(), ...before.keys()]);
    return [...names].map((strategy) => {
      const [was, is] = [before.get(strategy), after.get(strategy)];
      return { strategy, ...(was && { before: was }), ...(is && { after: is }) };
    });
  }
}

function increase<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function transitionsOf(counts: ReadonlyMap<string, number>): readonly Transition[] {
  return [...counts]
    .map(([key, requests]) => {
      const [from, to] = key.split(' ') as [Outcome, Outcome];
      return { from, to, requests };
    })
    .sort((a, b) => b.requests - a.requests || (a.from + a.to < b.from + b.to ? -1 : 1));
}

function reasoned({ verdict, candidates }: Explanation): Reasoned {
  const [first] = candidates;
  if (first === undefined) return { outcome: verdict.outcome, why: verdict.reason };
  return {
    outcome: verdict.outcome,
    decision: first.decision.id,
    ...(first.strategy !== '' && { strategy: first.strategy }),
    why: whyOf(first),
  };
}

function whyOf({ decision, why, result }: Candidate): string {
  if (decision.origin === 'policy') return why;
  const what = `${decision.action} of ${decision.scope} ${decision.value} by ${decision.origin}, ${decision.reason}`;
  return result === 'won' || result === 'exempts' ? what : `${what}: ${why}`;
}
