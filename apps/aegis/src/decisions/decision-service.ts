import { randomUUID } from 'node:crypto';
import { type DecisionEngine, decide } from '@aegis/decide';
import { type Clock, canonicalScopeValue, type Decision, type Logger, Result } from '@aegis/model';
import type { AuditEntry, Bus, DecisionPage, DecisionQuery, DecisionStanding, Ledger } from '@aegis/ports';
import type { Metrics } from '../node/metrics.ts';
import type { Actor, DecisionChange, DecisionRefusal, Decisions, DecisionWish } from '../node/services.ts';
import type { TimedProposal } from '../pipeline/timed-proposal.ts';
import { auditOfLift, auditOfWish } from './decision-audit.ts';
import { type DecisionStep, decisionIdOf, liftedStep, madeStep, standingAfter } from './decision-step.ts';
import { DecisionTally } from './decision-tally.ts';
import type { FalsePositive } from './false-positive.ts';
import { makeRoom, type Room } from './make-room.ts';
import { planProposals } from './plan-proposals.ts';
import { nodeOf, planReceived, type ReceivedStep, type ReceptionRefusal } from './plan-received.ts';

export interface DecisionServiceOptions {
  readonly ledger: Ledger;
  readonly engine: DecisionEngine;
  /** Decisions in force at most: see {@link makeRoom}. */
  readonly maxInForce: number;
  /** Of them, those of one other node at most; default all. */
  readonly maxPerNode?: number;
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
  readonly #onExpired: Set<(decision: Decision) => void> = new Set();
  readonly #tally: DecisionTally;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: DecisionServiceOptions) {
    this.#options = options;
    this.#tally = new DecisionTally(options.metrics.decisions);
  }

  /** Puts in force what the ledger says is. */
  restore(): Promise<void> {
    return this.#inTurn(async () => {
      const { ledger, engine, clock, logger, metrics } = this.#options;
      const decisions = await ledger.decisionsInForce(clock.now());
      engine.replaceAll(decisions);
      metrics.decisionsInForce.set(engine.size);
      this.#tally.restart(decisions);
      logger.info({ decisions: decisions.length }, 'decisions of the ledger are in force');
    });
  }

  /** Forgets what has expired, and tells who wants to know. */
  sweep(): void {
    const { engine, clock, metrics } = this.#options;
    const expired = engine.sweep(clock.now());
    metrics.decisionsInForce.set(engine.size);
    for (const decision of expired) this.#tally.ended(decision);
    for (const listener of this.#onExpired) for (const decision of expired) listener(decision);
  }

  /** In force. */
  get size(): number {
    return this.#options.engine.size;
  }

  onExpired(listener: (decision: Decision) => void): () => void {
    this.#onExpired.add(listener);
    return () => void this.#onExpired.delete(listener);
  }

  add(wishes: readonly DecisionWish[], actor: Actor): Promise<readonly Result<Decision, DecisionRefusal>[]> {
    return this.#inTurn(async () => {
      const { clock, maxInForce } = this.#options;
      const signature = { by: actor.name, at: clock.now() };
      const born = await this.#born(wishes, actor);
      const plan = born.map((result) => (result.ok ? [madeStep(result.value, signature)] : []));
      const { gaveWay, turnedAway } = this.#room(plan);
      const results = born.map((result, index) => (turnedAway.has(index) ? full(maxInForce) : result));
      const made = plan.filter((_, index) => !turnedAway.has(index)).flat();
      const audit = wishes.map((wish, index) =>
        auditOfWish(wish, results[index] as (typeof results)[number], actor, signature.at),
      );
      const isNew = (await this.#take([...gaveWay, ...made], audit)).slice(gaveWay.length).values();
      // Another node that shares the ledger may have decided the same key meanwhile.
      return results.map((result) => (!result.ok || isNew.next().value === true ? result : ALREADY_DECIDED));
    });
  }

  /** Turns proposals of this node's own analysis into decisions: see {@link planProposals}. */
  propose(proposals: readonly TimedProposal[]): Promise<void> {
    if (proposals.length === 0) return Promise.resolve();
    return this.#inTurn(async () => {
      const { engine, ledger, clock, metrics } = this.#options;
      const plan = await planProposals(proposals, {
        engine,
        ledger,
        now: clock.now(),
        by: NODE,
        onRefused: (reason) => metrics.proposalsRefused.inc({ reason }),
      });
      const { gaveWay, turnedAway } = this.#room(plan);
      if (turnedAway.size > 0) metrics.proposalsRefused.inc({ reason: 'full' }, turnedAway.size);
      await this.#take([...gaveWay, ...plan.filter((_, index) => !turnedAway.has(index)).flat()], []);
    });
  }

  /**
   * Takes steps that other nodes took: see {@link planReceived}. Returns what was not taken. Throws AegisError
   * `ledger_unavailable`: then none was.
   */
  receive(steps: readonly ReceivedStep[]): Promise<readonly ReceptionRefusal[]> {
    return this.#inTurn(async () => {
      const { ledger, engine, clock, maxInForce, maxPerNode = maxInForce, metrics } = this.#options;
      const now = clock.now();
      const countOf = (node: string): number => this.#countOf(node, maxPerNode);
      const { events, refused } = planReceived(steps, { engine, now, maxInForce, maxPerNode, countOf });
      if (events.length === 0) return refused;
      const isNew = await ledger.appendDecisions(events);
      const changed = new Set<string>();
      for (const [index, event] of events.entries())
        if (isNew[index] === true) changed.add(event.kind === 'made' ? event.decision.id : event.decisionId);
      const changes: DecisionChange[] = [];
      for (const id of changed) {
        const change = this.#putAs(standingAfter(await ledger.decisionHistory(id)), now);
        if (change === undefined) continue;
        changes.push(change);
        if (change.kind === 'made') metrics.decisionsMade.inc({ action: change.decision.action });
      }
      metrics.decisionsInForce.set(engine.size);
      await this.#tell(changes);
      return refused;
    });
  }

  lift(id: string, reason: string, actor: Actor, mistake?: FalsePositive): Promise<boolean> {
    return this.#inTurn(async () => {
      const { engine, clock } = this.#options;
      const decision = engine.get(id);
      if (decision === undefined || decision.expires <= clock.now()) return false;
      await this.#lift([decision], reason, actor, mistake);
      return true;
    });
  }

  liftMatching(
    { scope, value }: Pick<Decision, 'scope' | 'value'>,
    reason: string,
    actor: Actor,
    mistake?: FalsePositive,
  ): Promise<number> {
    return this.#inTurn(async () => {
      const { engine, clock } = this.#options;
      const canonical = canonicalScopeValue(scope, value);
      if (!canonical.ok) return 0;
      const now = clock.now();
      const decisions = engine.decisionsOn(scope, canonical.value).filter(({ expires }) => expires > now);
      await this.#lift(decisions, reason, actor, mistake);
      return decisions.length;
    });
  }

  list(query: DecisionQuery): Promise<DecisionPage> {
    return this.#options.ledger.decisions(query);
  }

  async get(id: string): Promise<DecisionStanding | undefined> {
    const { ledger, engine } = this.#options;
    const standing = standingAfter(await ledger.decisionHistory(id));
    if (standing !== undefined) return standing;
    const listed = engine.indicators?.find(id);
    return listed === undefined ? undefined : { decision: listed };
  }

  onChange(listener: (change: DecisionChange) => void): () => void {
    const { bus, logger } = this.#options;
    const fail = (error: unknown): void =>
      logger.error({ error: String(error) }, 'a listener to decisions failed');
    const subscription = bus.subscribe(
      DECISIONS_TOPIC,
      ({ payload }) => listener(JSON.parse(payload) as DecisionChange),
      { onError: fail },
    );
    subscription.catch(fail);
    return () => void subscription.then((open) => open.close()).catch(() => {});
  }

  async #born(
    wishes: readonly DecisionWish[],
    actor: Actor,
  ): Promise<readonly Result<Decision, DecisionRefusal>[]> {
    const { engine, ledger, clock } = this.#options;
    const now = clock.now();
    const keyed = new Set<string>();
    const results: Result<Decision, DecisionRefusal>[] = [];
    for (const { key, ...wish } of wishes) {
      const id = key === undefined ? randomUUID() : decisionIdOf(key);
      if (key !== undefined && (keyed.has(id) || (await ledger.decisionHistory(id)).length > 0)) {
        results.push(ALREADY_DECIDED);
        continue;
      }
      const named = { ...wish, origin: wish.origin ?? 'operator', source: wish.source ?? actor.name };
      const result = decide(named, { policy: engine.policy, now, id });
      if (result.ok && key !== undefined) keyed.add(id);
      results.push(result);
    }
    return results;
  }

  #room(plan: readonly (readonly DecisionStep[])[]): Room {
    const { engine, maxInForce, clock } = this.#options;
    // What has expired takes no room.
    this.sweep();
    return makeRoom(plan, { engine, maxInForce, now: clock.now(), by: NODE });
  }

  async #lift(
    decisions: readonly Decision[],
    reason: string,
    actor: Actor,
    mistake: FalsePositive | undefined,
  ): Promise<void> {
    const { clock, metrics } = this.#options;
    const at = clock.now();
    const why = mistake === undefined ? reason : `false positive (${mistake}): ${reason}`;
    await this.#take(
      decisions.map((decision) => liftedStep(decision, why, { by: actor.name, at })),
      decisions.map((decision) => auditOfLift(decision, why, actor, at)),
    );
    if (mistake !== undefined) metrics.falsePositives.inc({ reason: mistake }, decisions.length);
  }

  /** Makes the engine say of a decision what the ledger does; what changed by it. */
  #putAs(standing: DecisionStanding | undefined, now: number): DecisionChange | undefined {
    if (standing === undefined) return undefined;
    const { engine } = this.#options;
    const { decision, lifted } = standing;
    const before = engine.get(decision.id);
    if (lifted !== undefined || decision.expires <= now) {
      if (before === undefined) return undefined;
      engine.retract(decision.id);
      return { kind: 'lifted', decision };
    }
    engine.apply(decision);
    return { kind: before === undefined ? 'made' : 'extended', decision };
  }

  /** Decisions of a node in force. Looked through only where there may be too many. */
  #countOf(node: string, most: number): number {
    const { engine } = this.#options;
    if (engine.size < most) return 0;
    let count = 0;
    for (const decision of engine.decisions()) if (nodeOf(decision) === node) count++;
    return count;
  }

  /** Ledger first, then effect. Returns for each step whether it was new. */
  async #take(steps: readonly DecisionStep[], audit: readonly AuditEntry[]): Promise<readonly boolean[]> {
    const { ledger, engine, metrics } = this.#options;
    if (steps.length === 0 && audit.length === 0) return [];
    const isNew = await ledger.appendDecisions(
      steps.map(({ event }) => event),
      audit,
    );
    const changes = steps.filter((_, index) => isNew[index]).map(({ change }) => change);
    for (const { kind, decision } of changes) {
      if (kind === 'lifted') engine.retract(decision.id);
      else engine.apply(decision);
      if (kind === 'made') metrics.decisionsMade.inc({ action: decision.action });
    }
    metrics.decisionsInForce.set(engine.size);
    await this.#tell(changes);
    return isNew;
  }

  /** The changes are in force, whether or not anybody can be told: a failure here is none of the caller's. */
  async #tell(changes: readonly DecisionChange[]): Promise<void> {
    const { bus, logger } = this.#options;
    this.#tally.follow(changes);
    try {
      for (const change of changes) await bus.publish(DECISIONS_TOPIC, JSON.stringify(change));
    } catch (error) {
      logger.error({ error: String(error) }, 'changes of decisions could not be told');
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function full(maxInForce: number): Result<never, DecisionRefusal> {
  const message = `${maxInForce} decisions are in force, as many as decisions.max_in_force allows; lift some or raise it`;
  return Result.err({ kind: 'full', message });
}

const ALREADY_DECIDED: Result<never, DecisionRefusal> = Result.err({
  kind: 'already_decided',
  message: 'a decision with this key has been made before',
});
