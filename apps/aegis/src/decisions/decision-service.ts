import { randomUUID } from 'node:crypto';
import { type DecisionEngine, decide } from '@aegis/decide';
import { type Clock, canonicalScopeValue, type Decision, type Logger, Result } from '@aegis/model';
import type { AuditEntry, Bus, DecisionPage, DecisionQuery, DecisionStanding, Ledger } from '@aegis/ports';
import type { Metrics } from '../node/metrics.ts';
import type { Actor, DecisionChange, DecisionRefusal, Decisions, DecisionWish } from '../node/services.ts';
import type { TimedProposal } from '../pipeline/process-batch.ts';
import { auditOfLift, auditOfWish } from './decision-audit.ts';
import { type DecisionStep, decisionId, liftedStep, madeStep, standingAfter } from './decision-step.ts';
import { planProposals } from './plan-proposals.ts';

export interface DecisionServiceOptions {
  readonly ledger: Ledger;
  readonly engine: DecisionEngine;
  /** Decisions in force at most; further ones are refused. */
  readonly maxInForce: number;
  /** Carries every change, once it is in force here, to enforcers and whoever else follows. */
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Where changes of decisions are told. */
export const DECISIONS_TOPIC: string = 'aegis.defense_action';
/** The node itself, as the ledger names it. */
const NODE = 'node';

/**
 * Where decisions take effect on this node, change and end. Every step is in the ledger before it takes effect,
 * and steps are taken one after the other, so that what the engine enforces is always what the ledger says.
 */
export class DecisionService implements Decisions {
  readonly #options: DecisionServiceOptions;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: DecisionServiceOptions) {
    this.#options = options;
  }

  /** Puts in force what the ledger says is. */
  async restore(): Promise<void> {
    const { ledger, engine, clock, logger, metrics } = this.#options;
    const decisions = await ledger.decisionsInForce(clock.now());
    engine.replaceAll(decisions);
    metrics.decisionsInForce.set(engine.size);
    logger.info({ decisions: decisions.length }, 'decisions of the ledger are in force');
  }

  /** Forgets what has expired. */
  sweep(): void {
    const { engine, clock, metrics } = this.#options;
    engine.sweep(clock.now());
    metrics.decisionsInForce.set(engine.size);
  }

  add(wishes: readonly DecisionWish[], actor: Actor): Promise<readonly Result<Decision, DecisionRefusal>[]> {
    return this.#inTurn(async () => {
      const { clock } = this.#options;
      const steps: DecisionStep[] = [];
      const results = wishes.map((wish) => {
        const result = this.#born(wish, actor, steps.length);
        if (result.ok) steps.push(madeStep(result.value, actor.name));
        return result;
      });
      const audit = wishes.map((wish, index) =>
        auditOfWish(wish, results[index] as (typeof results)[number], actor, clock.now()),
      );
      const isNew = (await this.#take(steps, audit)).values();
      return results.map((result) => (!result.ok || isNew.next().value === true ? result : ALREADY_DECIDED));
    });
  }

  /** Turns proposals of this node's own analysis into decisions: see {@link planProposals}. */
  propose(proposals: readonly TimedProposal[]): Promise<void> {
    if (proposals.length === 0) return Promise.resolve();
    return this.#inTurn(async () => {
      const { engine, ledger, maxInForce, clock, metrics } = this.#options;
      const steps = await planProposals(proposals, {
        engine,
        ledger,
        maxInForce,
        now: clock.now(),
        by: NODE,
        onRefused: (reason) => metrics.proposalsRefused.inc({ reason }),
      });
      await this.#take(steps, []);
    });
  }

  lift(id: string, reason: string, actor: Actor): Promise<boolean> {
    return this.#inTurn(async () => {
      const { engine, clock } = this.#options;
      const decision = engine.get(id);
      if (decision === undefined || decision.expires <= clock.now()) return false;
      await this.#lift([decision], reason, actor);
      return true;
    });
  }

  liftMatching(
    { scope, value }: Pick<Decision, 'scope' | 'value'>,
    reason: string,
    actor: Actor,
  ): Promise<number> {
    return this.#inTurn(async () => {
      const { engine, clock } = this.#options;
      const canonical = canonicalScopeValue(scope, value);
      if (!canonical.ok) return 0;
      const now = clock.now();
      const decisions = engine.decisionsOn(scope, canonical.value).filter(({ expires }) => expires > now);
      await this.#lift(decisions, reason, actor);
      return decisions.length;
    });
  }

  list(query: DecisionQuery): Promise<DecisionPage> {
    return this.#options.ledger.decisions(query);
  }

  async get(id: string): Promise<DecisionStanding | undefined> {
    return standingAfter(await this.#options.ledger.decisionHistory(id));
  }

  onChange(listener: (change: DecisionChange) => void): () => void {
    const { bus, logger } = this.#options;
    const subscription = bus.subscribe(
      DECISIONS_TOPIC,
      ({ payload }) => listener(JSON.parse(payload) as DecisionChange),
      {
        onError: (error) => logger.error({ error: String(error) }, 'a listener to decisions failed'),
      },
    );
    return () => void subscription.then((open) => open.close());
  }

  #born(wish: DecisionWish, actor: Actor, pending: number): Result<Decision, DecisionRefusal> {
    const { engine, clock, maxInForce } = this.#options;
    if (engine.size + pending >= maxInForce) {
      const message = `${maxInForce} decisions are in force, as many as decisions.max_in_force allows; lift some or raise it`;
      return Result.err({ kind: 'full', message });
    }
    const { key, ...rest } = wish;
    const id = key === undefined ? randomUUID() : decisionId(key);
    const named = { ...rest, origin: wish.origin ?? 'operator', source: wish.source ?? actor.name };
    return decide(named, { policy: engine.policy, now: clock.now(), id });
  }

  async #lift(decisions: readonly Decision[], reason: string, actor: Actor): Promise<void> {
    const now = this.#options.clock.now();
    await this.#take(
      decisions.map((decision) => liftedStep(decision, reason, actor.name, now)),
      decisions.map((decision) => auditOfLift(decision, reason, actor, now)),
    );
  }

  /** Ledger first, then effect. Returns for each step whether it was new. */
  async #take(steps: readonly DecisionStep[], audit: readonly AuditEntry[]): Promise<readonly boolean[]> {
    const { ledger, engine, metrics, bus } = this.#options;
    if (audit.length > 0) await ledger.appendAudit(audit);
    if (steps.length === 0) return [];
    const isNew = await ledger.appendDecisions(steps.map(({ event }) => event));
    const changes = steps.filter((_, index) => isNew[index]).map(({ change }) => change);
    for (const { kind, decision } of changes) {
      if (kind === 'lifted') engine.retract(decision.id);
      else engine.apply(decision);
      if (kind === 'made') metrics.decisionsMade.inc({ action: decision.action });
    }
    metrics.decisionsInForce.set(engine.size);
    for (const change of changes) await bus.publish(DECISIONS_TOPIC, JSON.stringify(change));
    return isNew;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

const ALREADY_DECIDED: Result<never, DecisionRefusal> = Result.err({
  kind: 'already_decided',
  message: 'a decision with this key has been made before',
});
