import { randomUUID } from 'node:crypto';
import { type DecisionEngine, diffPolicies, Enforceable, type Policy } from '@aegis/decide';
import {
  type Address,
  AegisError,
  type Clock,
  type Decision,
  type Logger,
  type Prefix,
  type Random,
  Result,
} from '@aegis/model';
import type { AuditEntry, Bus, Ledger } from '@aegis/ports';
import type { Config } from '../config/config.ts';
import type { Metrics } from '../node/metrics.ts';
import { lockOutRisks } from './lock-out-risks.ts';
import { configPolicy, nodeProtections, overruledBy, withProtections } from './node-policy.ts';
import {
  POLICY_TOPIC,
  type Policies,
  type PolicyCaller,
  type PolicyInForce,
  type PolicyRecord,
  type PolicyRefusal,
  type PolicySource,
  type PolicyUpdate,
  type PolicyWish,
  type RollbackWish,
} from './policies.ts';
import { PolicyHistory } from './policy-history.ts';
import type { PolicyRegistry } from './policy-registry.ts';

export interface PolicyServiceOptions {
  readonly config: Pick<Config, 'decisions'>;
  readonly ledger: Ledger;
  readonly engine: DecisionEngine;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The addresses of this machine. */
  readonly ownAddresses: () => readonly Prefix[];
  /** Where policies are that several nodes have in common; default: this node has its own. */
  readonly shared?: PolicyRegistry;
}

/** Changes of an audit entry that are written out; further ones are counted. */
const MOST_AUDITED = 100;

/** What a change wants, whichever way it was asked for. */
interface Target {
  readonly source: PolicySource;
  readonly policy: Policy;
  readonly reason: string;
  readonly base: number;
  readonly force: boolean;
  readonly action: 'policy.apply' | 'policy.rollback';
  readonly restores?: number;
}

/**
 * Where the policy of this node changes. A version is in the ledger before it takes effect, then the engine
 * takes it whole; changes are made one after the other, so that of two made from the same version one is told
 * of the conflict. Where policies are shared a version is committed in the registry before that, and every node
 * takes all of them in the order of their numbers: the ledger has what it took last, for as long as it is cut off.
 */
export class PolicyService implements Policies {
  readonly #options: PolicyServiceOptions;
  readonly #config: Policy;
  #current: PolicyInForce;
  #enforceable: Enforceable;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #history: PolicyHistory;

  constructor(options: PolicyServiceOptions) {
    this.#options = options;
    this.#config = configPolicy(options.config);
    const { ledger, shared, logger } = options;
    this.#history = new PolicyHistory({ ledger, shared, config: this.#config, logger });
    const record: PolicyRecord = { version: 0, source: 'config', policy: this.#config };
    this.#current = this.#inForce(record);
    this.#enforceable = new Enforceable(this.#current.effective, options.random);
  }

  /** Puts the latest version in force, the config's where there is none. Throws AegisError `bad_policy`. */
  restore(): Promise<void> {
    return this.#inTurn(async () => {
      const { logger } = this.#options;
      const record = await this.#history.open();
      if (record !== undefined) this.#current = this.#inForce(record);
      this.#putInForce(this.#current);
      const { version, source, policy } = this.#current;
      logger.info({ version, source, name: policy.name }, 'the policy is in force');
      for (const overruled of source === 'config' ? [] : this.overruled(policy)) logger.warn({}, overruled);
    });
  }

  /** What keeps the shared policies from being in force here, in words; empty where nothing does. */
  get trouble(): string {
    return this.#history.trouble;
  }

  /**
   * Takes every shared version that was committed since, in order; at first brings along what was in force here
   * where there is none. Throws AegisError `registry_unavailable`, `ledger_unavailable`: what is in force stays so.
   */
  catchUp(): Promise<void> {
    return this.#inTurn(() => this.#catchUp());
  }

  /** The same after the registry was out of sight: it may have been restored from a backup, and lack versions. */
  meetAgain(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#history.giveBack();
      await this.#catchUp();
    });
  }

  /** A machine may be given another address while it runs: nobody may be locked out of that one either. */
  protectOwnAddresses(): Promise<void> {
    return this.#inTurn(async () => {
      const renewed = this.#inForce(this.#current);
      if (renewed.effective.protected.join() === this.#current.effective.protected.join()) return;
      this.#putInForce(renewed);
      this.#options.logger.info(
        { protected: renewed.effective.protected.length },
        'the addresses of this machine have changed',
      );
      await this.#tell('node', 'the addresses of this machine have changed');
    });
  }

  current(): PolicyInForce {
    return this.#current;
  }

  enforces(decision: Decision): boolean {
    return this.#enforceable.has(decision);
  }

  risks(policy: Policy, clients: readonly Address[]): readonly string[] {
    const { engine, clock, random } = this.#options;
    const now = clock.now();
    return lockOutRisks({
      before: this.#current.effective,
      after: withProtections(policy, this.#current.nodeProtects),
      clients,
      decisionsOn: (address) =>
        engine
          .explain({ address }, now)
          .candidates.map(({ decision }) => decision)
          .filter(({ origin }) => origin !== 'policy'),
      now,
      random,
    });
  }

  overruled(policy: Policy): readonly string[] {
    return overruledBy(policy, this.#options.config);
  }

  apply(wish: PolicyWish, caller: PolicyCaller): Promise<Result<PolicyInForce, PolicyRefusal>> {
    return this.#inTurn(() => this.#change({ ...wish, source: 'document', action: 'policy.apply' }, caller));
  }

  rollback(wish: RollbackWish, caller: PolicyCaller): Promise<Result<PolicyInForce, PolicyRefusal>> {
    return this.#inTurn(async () => {
      const { version: restores, ...rest } = wish;
      const earlier = await this.version(restores);
      if (earlier === undefined) {
        const message = `there is no version ${restores}; the latest is ${this.#current.version}`;
        return Result.err<PolicyRefusal>({ kind: 'no_such_version', message });
      }
      const { source, policy } = earlier;
      return this.#change({ ...rest, source, policy, restores, action: 'policy.rollback' }, caller);
    });
  }

  async history(limit: number): Promise<readonly PolicyRecord[]> {
    const records = await this.#history.newest(limit);
    return records.length < limit ? [...records, this.#zero()] : records;
  }

  async version(version: number): Promise<PolicyRecord | undefined> {
    return version === 0 ? this.#zero() : this.#history.version(version);
  }

  onChange(listener: (change: PolicyUpdate) => void): () => void {
    const { bus, logger } = this.#options;
    const fail = (error: unknown): void =>
      logger.error({ error: String(error) }, 'a listener to policies failed');
    const subscription = bus.subscribe(
      POLICY_TOPIC,
      ({ payload }) => listener(JSON.parse(payload) as PolicyUpdate),
      { onError: fail },
    );
    subscription.catch(fail);
    return () => void subscription.then((open) => open.close()).catch(() => {});
  }

  async #change(target: Target, caller: PolicyCaller): Promise<Result<PolicyInForce, PolicyRefusal>> {
    await this.#catchUp();
    const before = this.#current;
    const risks = this.risks(target.policy, caller.clients);
    const refusal = this.#objection(target, risks);
    if (refusal !== undefined) return this.#refuse(refusal, target, caller);
    const { source, policy, reason } = target;
    const wish = { source, policy, at: this.#options.clock.now(), author: caller.name, reason };
    let record: PolicyRecord;
    try {
      record = await this.#history.commit(wish);
    } catch (fault) {
      if (!(fault instanceof AegisError) || fault.code !== 'policy_conflict') throw fault;
      await this.#catchUp();
      return this.#refuse({ kind: 'policy_conflict', message: fault.message }, target, caller);
    }
    this.#take(record);
    const { version } = record;
    await this.#audit(target, caller, 'ok', { version, ...changesFrom(before.policy, policy), risks });
    await this.#tell(caller.name, reason);
    return Result.ok(this.#current);
  }

  /** Nothing to do where this node has its own policy. */
  async #catchUp(): Promise<void> {
    await this.#history.bringAlong();
    for (let next = await this.#history.next(); next !== undefined; next = await this.#history.next()) {
      this.#take(next);
      await this.#tell(next.author ?? '', next.reason ?? '');
    }
  }

  #take(record: PolicyRecord): void {
    const { version, author, reason } = record;
    this.#putInForce(this.#inForce(record));
    this.#options.logger.info({ version, author, reason }, 'another policy is in force');
  }

  #objection({ base, force }: Target, risks: readonly string[]): PolicyRefusal | undefined {
    const { version } = this.#current;
    if (base !== version) {
      const message = `the policy is at version ${version}, and this change was made from version ${base}; look at what has changed and repeat it`;
      return { kind: 'policy_conflict', message };
    }
    if (risks.length === 0 || force) return undefined;
    return { kind: 'lock_out', message: 'somebody may be locked out by this change', risks };
  }

  async #refuse(
    refusal: PolicyRefusal,
    target: Target,
    caller: PolicyCaller,
  ): Promise<Result<never, PolicyRefusal>> {
    const { message, risks = [] } = refusal;
    await this.#audit(target, caller, 'refused', { refused: message, risks });
    return Result.err(refusal);
  }

  /** The version itself says who and why; should the process end here, nothing is lost but what was compared. */
  async #audit(
    { action, base, force, reason, policy, restores }: Target,
    { name, from }: PolicyCaller,
    result: AuditEntry['result'],
    detail: AuditEntry['detail'],
  ): Promise<void> {
    const { ledger, clock, logger } = this.#options;
    const about = { reason, base, forced: force, ...(restores !== undefined && { restores }) };
    const entry = { id: randomUUID(), at: clock.now(), actor: name, action, target: `policy:${policy.name}` };
    try {
      await ledger.appendAudit([{ ...entry, from, result, detail: { ...about, ...detail } }]);
    } catch (error) {
      logger.error({ error: String(error), action, result }, 'a change of policy could not be audited');
    }
  }

  #zero(): PolicyRecord {
    return { version: 0, source: 'config', policy: this.#config };
  }

  #inForce(record: PolicyRecord): PolicyInForce {
    const { config, ownAddresses } = this.#options;
    const nodeProtects = nodeProtections(config, ownAddresses());
    return { ...record, nodeProtects, effective: withProtections(record.policy, nodeProtects) };
  }

  #putInForce(next: PolicyInForce): void {
    const { engine, metrics, random } = this.#options;
    const enforceable = new Enforceable(next.effective, random);
    engine.setPolicy(next.effective);
    this.#current = next;
    this.#enforceable = enforceable;
    metrics.policyVersion.set(next.version);
  }

  /** The policy is in force, whether or not anybody can be told. */
  async #tell(author: string, reason: string): Promise<void> {
    const { bus, clock, logger } = this.#options;
    const { version, source } = this.#current;
    const update: PolicyUpdate = {
      type: 'policy_update',
      version,
      source,
      at: clock.now(),
      author,
      reason,
    };
    try {
      await bus.publish(POLICY_TOPIC, JSON.stringify(update));
    } catch (error) {
      logger.error({ error: String(error) }, 'a change of policy could not be told');
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function changesFrom(before: Policy, after: Policy): Readonly<Record<string, unknown>> {
  const changes = diffPolicies(before, after);
  return { changes: changes.slice(0, MOST_AUDITED), changes_count: changes.length };
}
