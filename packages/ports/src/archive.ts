import type { AttackType, OwnerKind, SessionRecord, ThreatLevel, Timestamp } from '@aegis/model';

/**
 * Port: evaluated sessions, kept once each and queried.
 *
 * A caller may assume: once `store` resolves its sessions survive kill -9; a `sess_uuid` is kept exactly once
 * however often and by however many processes it is stored (the first one wins); statistics always equal what
 * is kept. Throws AegisError `archive_full` where there is no room and `archive_unavailable` otherwise; then
 * nothing of the batch is kept and the same call may be made again later.
 */
export interface Archive {
  /** All of them or none. Returns, for each, whether it was new. */
  store(records: readonly SessionRecord[]): Promise<readonly boolean[]>;
  get(id: string): Promise<SessionRecord | undefined>;
  /**
   * Newest first by start time, then by id. A page may be short, even empty, though there are more: `next` tells;
   * so a search through much text is bounded a call. Throws AegisError `bad_query` for a limit, cursor or peer
   * that is none.
   */
  find(query: SessionQuery): Promise<SessionPage>;
  stats(range: TimeRange): Promise<SessionStats>;
  /** UTC days that have sessions, `2026-10-27`, oldest first. */
  days(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Half open: from <= start < to. */
export interface TimeRange {
  readonly from?: Timestamp;
  readonly to?: Timestamp;
}

export interface SessionQuery extends TimeRange {
  /** 1-500. */
  readonly limit: number;
  /** Opaque; the `next` of the page before. */
  readonly cursor?: string;
  /** An address or a prefix. */
  readonly peer?: string;
  /** Found in the user agent, any case. */
  readonly userAgent?: string;
  readonly attackType?: AttackType;
  readonly level?: ThreatLevel;
  /** The likeliest of the record's possible owners. */
  readonly owner?: OwnerKind;
  readonly country?: string;
  readonly snareUuid?: string;
  readonly minScore?: number;
  readonly maxScore?: number;
  /** Found in any name or value of the record, any case. */
  readonly text?: string;
}

export interface SessionPage {
  readonly sessions: readonly SessionRecord[];
  readonly next?: string;
}

export interface SessionStats {
  readonly sessions: number;
  readonly requests: number;
  readonly by_level: Readonly<Record<ThreatLevel, number>>;
  readonly by_attack_type: Readonly<Partial<Record<AttackType, number>>>;
  readonly by_tool: Readonly<Record<string, number>>;
  readonly by_country: Readonly<Record<string, number>>;
  /** ATT&CK technique ids. */
  readonly by_technique: Readonly<Record<string, number>>;
  /** Sessions by hour of the day, UTC, 24 numbers. */
  readonly by_hour: readonly number[];
  /** The busiest sources, most sessions first, at most 20. */
  readonly top_sources: readonly {
    readonly peer_ip: string;
    readonly sessions: number;
    readonly max_risk: number;
  }[];
}
