import type { Policy } from '@aegis/decide';
import { AegisError, type Logger } from '@aegis/model';
import type { Ledger, PolicyVersion } from '@aegis/ports';
import type { PolicyRecord, PolicySource } from './policies.ts';
import { OWN_POLICIES, policyBody, recordOf, SHARED_POLICIES } from './policy-body.ts';
import type { PolicyRegistry } from './policy-registry.ts';

export interface PolicyHistoryOptions {
  readonly ledger: Ledger;
  /** Where versions are that several nodes have in common; absent: this node has its own. */
  readonly shared: PolicyRegistry | undefined;
  /** Of versions that follow the config. */
  readonly config: Policy;
  readonly logger: Logger;
}

/** What somebody wants to be the next version. */
export interface NewVersion {
  readonly source: PolicySource;
  readonly policy: Policy;
  readonly at: number;
  readonly author: string;
  readonly reason: string;
}

/** How many of the newest shared versions are looked at for one that can be read here, or that the registry lacks. */
const LOOK_BACK = 100;

/**
 * The versions of the policy. Where they are shared each is committed in the registry first, and the ledger has, in the
 * same order and under the same numbers, those that this node took. Its methods must not overlap.
 */
export class PolicyHistory {
  readonly #options: PolicyHistoryOptions;
  readonly #name: string;
  #latest = 0;
  #trouble = '';

  constructor(options: PolicyHistoryOptions) {
    this.#options = options;
    this.#name = options.shared === undefined ? OWN_POLICIES : SHARED_POLICIES;
  }

  /** The newest version in the ledger; 0 where there is none. */
  get latest(): number {
    return this.#latest;
  }

  /** What keeps the newest shared version from being in force here, in words; empty where nothing does. */
  get trouble(): string {
    return this.#trouble;
  }

  /** What was in force last; undefined: the config's. Throws AegisError `bad_policy`. */
  async open(): Promise<PolicyRecord | undefined> {
    const { shared, ledger, config } = this.#options;
    const [latest] = await ledger.policyHistory(this.#name, 1);
    this.#latest = latest?.version ?? 0;
    const [newest] = await this.newest(1);
    if (newest !== undefined || shared === undefined) return newest;
    const [readable] = await this.newest(LOOK_BACK);
    if (readable !== undefined) return readable;
    // This node has yet to meet the others.
    const [own] = await ledger.policyHistory(OWN_POLICIES, 1);
    return own === undefined ? undefined : { ...recordOf(own, config), version: 0 };
  }

  /** Newest first. A node that has its own policy must be able to read all of it: AegisError `bad_policy`. */
  async newest(limit: number): Promise<readonly PolicyRecord[]> {
    const { ledger, shared, config } = this.#options;
    const kept = await ledger.policyHistory(this.#name, limit);
    return shared === undefined
      ? kept.map((version) => recordOf(version, config))
      : kept.flatMap((version) => this.#readable(version) ?? []);
  }

  async version(version: number): Promise<PolicyRecord | undefined> {
    // Versions have no gaps: so many back.
    const back = this.#latest - version;
    if (back < 0) return undefined;
    return (await this.newest(back + 1)).find((each) => each.version === version);
  }

  /**
   * Makes it the next version. Throws AegisError `policy_conflict` where another one is, `registry_unavailable` where
   * it may be and `ledger_unavailable` where it is, as far as it is shared: `next` tells.
   */
  async commit({ source, policy, at, author, reason }: NewVersion): Promise<PolicyRecord> {
    const { shared, config } = this.#options;
    const version = this.#latest + 1;
    const made = { name: this.#name, version, at, author, reason, body: policyBody(source, policy) };
    if (shared !== undefined && !(await shared.publish(made)))
      throw new AegisError(
        'policy_conflict',
        `another node has made version ${version} meanwhile; look at what has changed and repeat it`,
      );
    await this.#keep(made);
    return recordOf(made, config);
  }

  /** The next version that somebody committed, kept in the ledger; those that cannot be read here are passed over. */
  async next(): Promise<PolicyRecord | undefined> {
    const { shared, logger } = this.#options;
    for (;;) {
      const made = await shared?.read(this.#latest + 1);
      if (made === undefined) return undefined;
      await this.#keep(made);
      const record = this.#readable(made);
      if (record !== undefined) return record;
      const { version, author, reason } = made;
      const why = made.body === '' ? reason : 'it is for another version of this program';
      this.#trouble = `version ${version} of the policies in the registry is passed over: ${why}; the one before holds`;
      logger.error({ version, author }, this.#trouble);
    }
  }

  /** Whoever comes with a policy to a registry that has none must not lose it. */
  async bringAlong(): Promise<void> {
    const { shared, ledger } = this.#options;
    if (shared === undefined || this.#latest > 0) return;
    const [own] = await ledger.policyHistory(OWN_POLICIES, 1);
    if (own === undefined || (await shared.read(1)) !== undefined) return;
    await shared.publish({ ...own, version: 1 });
  }

  /**
   * A registry that was restored from a backup lacks versions that were in force here: it is given them back, unless
   * others took their numbers. A number means one version for ever.
   */
  async giveBack(): Promise<void> {
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
    logger.warn({ versions: missing.length }, 'the registry had lost policies, and was given them back');
  }

  /** In the ledger. Throws AegisError `policy_conflict` where another version has its number. */
  async #keep(made: PolicyVersion): Promise<void> {
    const { ledger, shared } = this.#options;
    try {
      await ledger.appendPolicy(made);
    } catch (fault) {
      const isTaken = fault instanceof AegisError && fault.code === 'policy_conflict';
      if (shared === undefined || !isTaken) throw fault;
      // Another node that has the same ledger may have been first: of one number there is one version.
      const [latest] = await ledger.policyHistory(this.#name, 1);
      if (latest === undefined || latest.version < made.version) throw fault;
    }
    this.#latest = made.version;
    this.#trouble = '';
  }

  #readable(version: PolicyVersion): PolicyRecord | undefined {
    try {
      return recordOf(version, this.#options.config);
    } catch {
      return undefined;
    }
  }
}
