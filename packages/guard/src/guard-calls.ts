import type { CaseRecord } from '@aegis/ports';
import type { ClientState } from './states/client-state.ts';
import type { Violation } from './states/violation.ts';

/** A call. Without a user it is counted by its address alone. */
export interface RpcCall {
  readonly user?: string | undefined;
  readonly device?: string | undefined;
  readonly method: string;
  readonly channel?: string | undefined;
  readonly ip?: string | undefined;
}

export interface MessageCall {
  readonly user: string;
  readonly device?: string | undefined;
  readonly channel: string;
  readonly recipientCount: number;
  /** Bytes. */
  readonly size: number;
  readonly isMedia: boolean;
  readonly ip?: string | undefined;
}

/** Somebody did wrong; at least one of `user` and `ip` says who. */
export interface ViolationReport {
  readonly user?: string | undefined;
  readonly ip?: string | undefined;
  readonly violation: Violation;
  readonly detail?: string | undefined;
}

export interface ClientView {
  readonly user: string;
  readonly known: boolean;
  readonly state: ClientState;
  /** `Infinity`: when an operator ends it. 0 in Normal. */
  readonly until: number;
  readonly trust: number;
  readonly score: number;
  readonly seenAt: number;
  /** The newest first. */
  readonly cases: readonly CaseRecord[];
}

/** Who does something by hand. */
export interface Hand {
  readonly by: string;
  readonly reason: string;
}

/** Which cases; all where nothing is said. */
export interface CaseFilter {
  readonly status?: CaseRecord['status'];
  readonly asks?: boolean;
}

export interface CaseRefusal {
  readonly kind: 'no_such_case' | 'settled';
  readonly message: string;
}
