import type { Action, Decision, Scope, Timestamp } from '@aegis/model';

/**
 * Port: the append-only record of decisions, policies and audit entries.
 *
 * A caller may assume: once a write resolves it survives kill -9; nothing written is ever changed; writing an
 * event again under the same id changes nothing; time queries see exactly what had been written by then.
 * All writes throw AegisError `ledger_unavailable` where the store cannot take them.
 */
export interface Ledger {
  /**
   * All of them or none, together with the audit entries that tell of them. Returns for each event whether it was
   * new; one that makes a decision again is not.
   */
  appendDecisions(
    events: readonly DecisionEvent[],
    audit?: readonly AuditEntry[],
  ): Promise<readonly boolean[]>;
  /**
   * Decisions made, not lifted and not expired at that time, with `expires` as known then. In order of
   * creation, then id. Events count in order of `at`, then of writing, in whatever order they arrive; one of a
   * decision that has ended changes nothing.
   */
  decisionsInForce(at: Timestamp): Promise<readonly Decision[]>;
  /** All events of one decision, oldest first, those without effect too. */
  decisionHistory(id: string): Promise<readonly DecisionEvent[]>;
  /** Newest first: by creation, then id, both descending. AegisError `bad_cursor` for a cursor that is none. */
  decisions(query: DecisionQuery): Promise<DecisionPage>;

  /** Throws AegisError `policy_conflict` unless `version` is one more than the latest of that name. */
  appendPolicy(version: PolicyVersion): Promise<void>;
  /** Newest first. */
  policyHistory(name: string, limit: number): Promise<readonly PolicyVersion[]>;

  /** All of them or none; an id that is there already changes nothing. */
  appendAudit(entries: readonly AuditEntry[]): Promise<void>;
  /** Newest first; of one time, the last written first. */
  audit(query: AuditQuery): Promise<readonly AuditEntry[]>;

  /**
   * Every write in the order in which writes were committed, after that number. What is numbered never changes
   * its number, and no number appears later between two that were read: who follows it misses nothing.
   */
  journal(after: number, limit: number): Promise<readonly JournalEntry[]>;
  /** Ids of records that no journal entry tells of: nobody wrote them through this port. At most so many. */
  strays(limit: number): Promise<readonly string[]>;

  /**
   * Removes decisions that ended, with their events, and audit entries from before this; then what the journal
   * says of records from before this that are gone. Returns how many decisions and audit entries.
   */
  retain(since: Timestamp): Promise<number>;
  close(): Promise<void>;
}

/** `id` of the event makes it idempotent; a decision is made once and may be lifted or extended after. */
export type DecisionEvent =
  | {
      readonly kind: 'made';
      readonly id: string;
      readonly at: Timestamp;
      readonly by: string;
      readonly decision: Decision;
    }
  | {
      readonly kind: 'lifted';
      readonly id: string;
      readonly at: Timestamp;
      readonly by: string;
      readonly decisionId: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'extended';
      readonly id: string;
      readonly at: Timestamp;
      readonly by: string;
      readonly decisionId: string;
      readonly expires: Timestamp;
      readonly reason: string;
    };

export interface DecisionQuery {
  readonly limit: number;
  /** Opaque; the `next` of the page before. */
  readonly cursor?: string;
  readonly scope?: Scope;
  readonly value?: string;
  readonly action?: Action;
  readonly origin?: string;
  /** Only those in force at this time. */
  readonly inForceAt?: Timestamp;
}

/** A decision and how it stands after all its events. */
export interface DecisionStanding {
  /** With `expires` as extended. */
  readonly decision: Decision;
  readonly lifted?: { readonly at: Timestamp; readonly by: string; readonly reason: string };
}

export interface DecisionPage {
  readonly decisions: readonly DecisionStanding[];
  readonly next?: string;
}

export interface PolicyVersion {
  readonly name: string;
  /** 1, 2, 3 ... */
  readonly version: number;
  readonly at: Timestamp;
  readonly author: string;
  readonly reason: string;
  /** The policy as JSON text. */
  readonly body: string;
}

export interface AuditEntry {
  readonly id: string;
  readonly at: Timestamp;
  /** Who: a key's name, `node`, `cli`. */
  readonly actor: string;
  /** What: `decision.add`, `key.create`, `login`. */
  readonly action: string;
  /** On what. */
  readonly target: string;
  /** From where: an address, or `local`. */
  readonly from: string;
  readonly result: 'ok' | 'refused' | 'failed';
  /** Before and after, reason: JSON values. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** That something was written. `record` is missing where it is there no longer. */
export type JournalEntry = {
  /** 1, 2, 3 ... not without gaps. */
  readonly number: number;
  /** Of the record: its `id`, and `<name>@<version>` of a policy. */
  readonly id: string;
  readonly at: Timestamp;
} & (
  | { readonly kind: 'audit'; readonly record?: AuditEntry }
  | { readonly kind: 'decision'; readonly record?: DecisionEvent }
  | { readonly kind: 'policy'; readonly record?: PolicyVersion }
);

export interface AuditQuery {
  readonly limit: number;
  readonly before?: Timestamp;
  readonly actor?: string;
  readonly action?: string;
}
