/**
 * Port: what a guard must not forget when its process ends.
 *
 * A caller may assume: a resolved `save` is whole and survives kill -9; what is saved again replaces what was
 * there; `load` gives back exactly what was saved and not forgotten. Throws AegisError `guard_store_unavailable`.
 */
export interface GuardStore {
  load(): Promise<GuardMemory>;
  /** All of it or none of it. */
  save(changes: GuardChanges): Promise<void>;
  close(): Promise<void>;
}

export interface GuardMemory {
  readonly clients: readonly ClientRecord[];
  readonly bans: readonly AddressBan[];
  readonly cases: readonly CaseRecord[];
}

export interface GuardChanges extends GuardMemory {
  /** Clients of whom nothing is worth keeping any more. */
  readonly forgottenClients: readonly string[];
  /** Addresses that are no longer banned. */
  readonly liftedBans: readonly string[];
  readonly forgottenCases: readonly string[];
}

/** One client's standing. Times are milliseconds since the Unix epoch. */
export interface ClientRecord {
  readonly user: string;
  /** 0 to 1000. */
  readonly trust: number;
  readonly state: string;
  /** When the state ends; null: when an operator ends it. */
  readonly until: number | null;
  /** The violation score as it was at `scoreAt`. */
  readonly score: number;
  readonly scoreAt: number;
  /** Up to when days of recovery have been counted. */
  readonly recoveredAt: number;
  readonly seenAt: number;
}

/** An address that is refused for a while. Every one ends. */
export interface AddressBan {
  /** An IPv4 address, or an IPv6 /64. */
  readonly address: string;
  readonly kind: 'temporary' | 'long';
  readonly from: number;
  readonly until: number;
  /** The accounts that seemed to use it. */
  readonly users: number;
}

/** Why a client is in the state it is in, kept so that it can be contested. */
export interface CaseRecord {
  readonly id: string;
  readonly user: string;
  readonly from: string;
  readonly to: string;
  /** A reason code: a violation, `operator`. */
  readonly reason: string;
  readonly at: number;
  readonly until: number | null;
  /** Trust that it cost, given back where it is overturned. */
  readonly points: number;
  readonly evidence: readonly CaseEvidence[];
  /** A shadow ban that waits for an operator's word. */
  readonly asks: boolean;
  readonly status: 'open' | 'appealed' | 'upheld' | 'overturned';
  readonly appeal?: { readonly text: string; readonly at: number };
  readonly ruling?: { readonly by: string; readonly at: number; readonly reason: string };
}

export interface CaseEvidence {
  readonly at: number;
  readonly violation: string;
  /** In words: which limit, which method, what was reported. */
  readonly detail: string;
}
