import type { Policy } from '@aegis/decide';
import type { Address, Decision, Prefix, Result, Timestamp } from '@aegis/model';
import type { Actor } from '../node/services.ts';

/** The policy of a node, its versions, and the one place where it changes. */
export interface Policies {
  current(): PolicyInForce;
  /** Whether the policy in force lets an enforcer have this decision: see `Enforceable`. */
  enforces(decision: Decision): boolean;
  /** Who would be locked out by this policy: see `lockOutRisks`. Empty: nobody that is known of. */
  risks(policy: Policy, clients: readonly Address[]): readonly string[];
  /** In what the config's section `decisions` says something else that would not hold under this policy. */
  overruled(policy: Policy): readonly string[];
  /**
   * Keeps it in the ledger, then puts it in force in one step. Throws AegisError `ledger_unavailable`. Where policies
   * are shared it is committed in the registry first: `registry_unavailable` where that cannot be told.
   */
  apply(wish: PolicyWish, caller: PolicyCaller): Promise<Result<PolicyInForce, PolicyRefusal>>;
  /** A new version that says what an earlier one did; version 0 follows the config again. */
  rollback(wish: RollbackWish, caller: PolicyCaller): Promise<Result<PolicyInForce, PolicyRefusal>>;
  /** Newest first, the config's, version 0, last where there is room. */
  history(limit: number): Promise<readonly PolicyRecord[]>;
  version(version: number): Promise<PolicyRecord | undefined>;
  /** Tells when another policy is in force, or the protections of this machine have changed. */
  onChange(listener: (change: PolicyUpdate) => void): () => void;
}

/** Where a policy is from: the config, or a document that somebody applied. */
export type PolicySource = 'config' | 'document';

/** A version as it is kept. */
export interface PolicyRecord {
  /** 0: the config, before anything was applied. */
  readonly version: number;
  readonly source: PolicySource;
  /** As written: without the protections of this node. */
  readonly policy: Policy;
  /** Absent for version 0, as is who and why. */
  readonly at?: Timestamp;
  readonly author?: string;
  readonly reason?: string;
}

export interface PolicyInForce extends PolicyRecord {
  /** With what the node itself protects: what the engine works by. */
  readonly effective: Policy;
  /** What the config protects, and the addresses of this machine. */
  readonly nodeProtects: readonly Prefix[];
}

export interface PolicyCaller extends Actor {
  /** Where the change comes from; nobody is to lock himself out. */
  readonly clients: readonly Address[];
}

interface ChangeWish {
  readonly reason: string;
  /** The version that the change was made from; another one meanwhile is a conflict. */
  readonly base: number;
  /** Although it may lock somebody out. */
  readonly force: boolean;
}

export interface PolicyWish extends ChangeWish {
  readonly policy: Policy;
}

export interface RollbackWish extends ChangeWish {
  readonly version: number;
}

export interface PolicyRefusal {
  readonly kind: 'policy_conflict' | 'lock_out' | 'no_such_version';
  readonly message: string;
  /** With `lock_out`: who, in words. */
  readonly risks?: readonly string[];
}

/** What is told on the bus. */
export interface PolicyUpdate {
  readonly type: 'policy_update';
  readonly version: number;
  readonly source: PolicySource;
  readonly at: Timestamp;
  readonly author: string;
  readonly reason: string;
}

/** Where changes of policies are told. */
export const POLICY_TOPIC: string = 'aegis.policy';
