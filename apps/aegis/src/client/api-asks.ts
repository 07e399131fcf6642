import type { Action, Scope, ThreatLevel } from '@aegis/model';

/** Of a policy. */
export interface ChangeAsk {
  readonly reason: string;
  /** The version that the change was made from; default: whichever is in force. */
  readonly base?: number;
  /** Although it may lock somebody out. */
  readonly force?: boolean;
}

/** Members of the query of `/v1/check`. */
export type CheckAsk = { readonly address: string } & Readonly<
  Partial<
    Record<
      | 'user_agent'
      | 'country'
      | 'continent'
      | 'as'
      | 'as_name'
      | 'domain'
      | 'hash'
      | 'url'
      | 'ja3'
      | 'ja4'
      | 'session'
      | 'user',
      string
    >
  >
>;

export type DecisionAsk = {
  readonly limit?: number;
  readonly cursor?: string;
  readonly scope?: Scope;
  readonly value?: string;
  readonly action?: Action;
  readonly origin?: string;
  /** Default true; false shows those that ended as well. */
  readonly in_force?: boolean;
};

export interface WishAsk {
  readonly scope: Scope;
  readonly value: string;
  /** Default `ban`. */
  readonly action?: Action;
  readonly reason: string;
  /** `4h`, the default; or `expires`, ISO 8601. */
  readonly duration?: string;
  readonly expires?: string;
  readonly origin?: string;
  readonly source?: string;
  readonly weight?: number;
  readonly key?: string;
}

export interface ImportAsk {
  readonly format: 'json' | 'csv' | 'plain';
  readonly text: string;
  /** What holds where an entry says nothing. */
  readonly defaults?: {
    readonly action?: Action;
    readonly duration?: string;
    readonly reason?: string;
    readonly origin?: string;
  };
}

export type DecisionExportAsk = {
  readonly format: 'json' | 'csv' | 'plain';
  readonly scope?: Scope;
  readonly action?: Action;
  readonly origin?: string;
};

export type SessionAsk = {
  readonly limit?: number;
  readonly cursor?: string;
  /** ISO 8601; the same for `to`. */
  readonly from?: string;
  readonly to?: string;
  /** An address or a prefix. */
  readonly peer_ip?: string;
  readonly user_agent?: string;
  readonly attack_type?: string;
  readonly level?: ThreatLevel;
  readonly owner?: string;
  readonly country?: string;
  readonly snare_uuid?: string;
  readonly min_score?: number;
  readonly max_score?: number;
  readonly text?: string;
};

/** ISO 8601; without them the last 24 hours, or 30 days. */
export type SeriesAsk = { readonly from?: string; readonly to?: string; readonly step: 'hour' | 'day' };

export interface GuardStateAsk {
  readonly state: string;
  readonly reason: string;
  /** `1h`, or `forever`. */
  readonly duration?: string;
}

export type AgentAsk = {
  readonly limit: number;
  readonly after?: string;
  readonly text?: string;
  readonly online?: boolean;
};

export interface FleetConfigAsk {
  readonly target: string;
  readonly body: unknown;
  readonly share?: number;
  readonly base?: number;
  readonly reason: string;
}

/** Most recently seen first. */
export type MemoryAsk = {
  readonly limit?: number;
  /** ISO 8601. */
  readonly seen_since?: string;
};

export type AuditAsk = {
  readonly limit?: number;
  /** ISO 8601. */
  readonly before?: string;
  readonly actor?: string;
  readonly action?: string;
};
