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
import type { AuditEntry, Bus, Ledger, PolicyVersion } from '@aegis/ports';
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
import { OWN_POLICIES, policyBody, recordOf, SHARED_POLICIES } from './policy-body.ts';
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

/** How many of the newest shared versions are looked at for one that can be read here, or that the registry lacks. */
const LOOK_BACK = 100;

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
  readonly #name: string;
  /** The newest version in the ledger; the one in force, but for those that cannot be read here. */
  #latest = 0;
  #trouble = '';

  constructor(options: PolicyServiceOptions) {
    this.#options = options;
    this.#name = options.shared === undefined ? OWN_POLICIES : SHARED_POLICIES;
    this.#config = configPolicy(options.config);
    const record: PolicyRecord = { version: 0, source: 'config', policy: this.#config };
    this.#current = this.#inForce(record);
    this.#enforceable = new Enforceable(this.#current.effective, options.random);
  }

  /** Puts the latest version in force, the config's where there is none. Throws AegisError `bad_policy`. */
  restore(): Promise<void> {
    return this.#inTurn(async () => {
      const { ledger, logger } = this.#options;
      const [latest] = await ledger.policyHistory(this.#name, 1);
      this.#latest = latest?.version ?? 0;
      const record = await this.#lastKnown();
      if (record !== undefined) this.#current = this.#inForce(record);
      this.#putInForce(this.#current);
      const { version, source, policy } = this.#current;
      logger.info({ version, source, name: policy.name }, 'the policy is in force');
      for (const overruled of source === 'config' ? [] : this.overruled(policy)) logger.warn({}, overruled);
    });
  }

  /** What keeps the shared policies from being in force here, in words; empty where nothing does. */
  get trouble(): string {
    return this.#trouble;
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
      await this.#giveBack();
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
    const records = await this.#kept(limit);
    return records.length < limit ? [...records, this.#zero()] : records;
  }

  async version(version: number): Promise<PolicyRecord | undefined> {
    if (version === 0) return this.#zero();
    // Versions have no gaps: so many back.
    const back = this.#latest - version;
    if (back < 0) return undefined;
    return (await this.#kept(back + 1)).find((each) => each.version === version);
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
    const { clock, shared } = this.#options;
    if (shared !== undefined) await this.#catchUp();
    const before = this.#current;
    const risks = this.risks(target.policy, caller.clients);
    const refusal = this.#objection(target, risks);
    if (refusal !== undefined) return this.#refuse(refusal, target, caller);
    const { source, policy, reason } = target;
    const made: PolicyVersion = {
      ...{ name: this.#name, version: this.#latest + 1, at: clock.now(), author: caller.name, reason },
      body: policyBody(source, policy),
    };
    if (shared !== undefined && !(await shared.publish(made))) {
      await this.#catchUp();
      return this.#refuse(this.#conflict(target.base), target, caller);
    }
    try {
      await this.#keep(made);
    } catch (fault) {
      if (!(fault instanceof AegisError) || fault.code !== 'policy_conflict') throw fault;
      return this.#refuse({ kind: 'policy_conflict', message: fault.message }, target, caller);
    }
    this.#take(made, recordOf(made, this.#config));
    const { version } = made;
    await this.#audit(target, caller, 'ok', { version, ...changesFrom(before.policy, policy), risks });
    await this.#tell(caller.name, reason);
    return Result.ok(this.#current);
  }

  async #catchUp(): Promise<void> {
    const { shared, logger } = this.#options;
    if (shared === undefined) return;
    await this.#bringAlong(shared);
    for (;;) {
      const next = await shared.read(this.#latest + 1);
      if (next === undefined) return;
      await this.#keep(next);
      const record = this.#readable(next);
      if (record !== undefined) {
        this.#take(next, record);
        await this.#tell(next.author, next.reason);
        continue;
      }
      const { version } = next;
      this.#latest = version;
      this.#trouble = `version ${version} of the policies in the registry cannot be read here; version ${this.#current.version} holds`;
      logger.error({ version, author: next.author }, this.#trouble);
    }
  }

  /** A number means one version for ever: what was in force here is committed again, unless another one took its number. */
  async #giveBack(): Promise<void> {
    const { shared, ledger, logger } = this.#options;
    if (shared === undefined) return;
    const [newest] = await ledger.policyHistory(this.#name, 1);
    if (newest === undefined || (await shared.read(newest.version))?.body === newest.body) return;
    const missing: PolicyVersion[] = [];
    for (const kept of await ledger.policyHistory(this.#name, LOOK_BACK)) {
      const there = await shared.read(kept.version);
      if (there?.body === kept.body) break;
      if (there !== undefined) {
        this.#trouble = `version ${kept.version} of the policies in the registry is another one than was in force here; apply the one that is meant`;
        logger.error({ version: kept.version }, this.#trouble);
        return;
      }
      missing.push(kept);
    }
    for (const version of missing.reverse()) await shared.publish(version);
    if (missing.length > 0)
      logger.warn({ versions: missing.length }, 'the registry had lost policies, and was given them back');
  }

  /** Whoever comes with a policy to a registry that has none must not lose it. */
  async #bringAlong(shared: PolicyRegistry): Promise<void> {
    if (this.#latest > 0) return;
    const [own] = await this.#options.ledger.policyHistory(OWN_POLICIES, 1);
    if (own === undefined || (await shared.read(1)) !== undefined) return;
    await shared.publish({ ...own, version: 1 });
  }

  /** Of those that the ledger keeps; undefined where that is none. Throws AegisError `bad_policy`. */
  async #lastKnown(): Promise<PolicyRecord | undefined> {
    const { shared, ledger } = this.#options;
    const [newest] = await this.#kept(1);
    if (newest !== undefined || shared === undefined) return newest;
    const [readable] = await this.#kept(LOOK_BACK);
    if (readable !== undefined) return readable;
    // It has yet to meet the others.
    const [own] = await ledger.policyHistory(OWN_POLICIES, 1);
    return own === undefined ? undefined : { ...recordOf(own, this.#config), version: 0 };
  }

  /** Newest first. A node that has its own policy must be able to read all of it. */
  async #kept(limit: number): Promise<readonly PolicyRecord[]> {
    const { ledger, shared } = this.#options;
    const kept = await ledger.policyHistory(this.#name, limit);
    return shared === undefined
      ? kept.map((version) => recordOf(version, this.#config))
      : kept.flatMap((version) => this.#readable(version) ?? []);
  }

  #readable(version: PolicyVersion): PolicyRecord | undefined {
    try {
      return recordOf(version, this.#config);
    } catch {
      return undefined;
    }
  }

  /** In the ledger. Throws AegisError `policy_conflict` where another version has its number. */
  async #keep(version: PolicyVersion): Promise<void> {
    const { ledger, shared } = this.#options;
    try {
      await ledger.appendPolicy(version);
    } catch (fault) {
      if (shared === undefined || !(fault instanceof AegisError) || fault.code !== 'policy_conflict')
        throw fault;
      // Another node that has the same ledger may have been first: of one number there is one version.
      const [latest] = await ledger.policyHistory(this.#name, 1);
      if (latest === undefined || latest.version < version.version) throw fault;
    }
  }

  #take({ version, author, reason }: PolicyVersion, record: PolicyRecord): void {
    this.#latest = version;
    this.#trouble = '';
    this.#putInForce(this.#inForce(record));
    this.#options.logger.info({ version, author, reason }, 'another policy is in force');
  }

  #conflict(base: number): PolicyRefusal {
    const { version } = this.#current;
    const message = `the policy is at version ${version}, and this change was made from version ${base}; look at what has changed and repeat it`;
    return { kind: 'policy_conflict', message };
  }

  #objection({ base, force }: Target, risks: readonly string[]): PolicyRefusal | undefined {
    if (base !== this.#current.version) return this.#conflict(base);
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
