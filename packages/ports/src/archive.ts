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
  /** One for every step that the range meets, in order; throws AegisError `bad_query` for more than 2,000. */
  series(query: SeriesQuery): Promise<readonly SeriesStep[]>;
  /** What the sessions since then teach about attackers, bounded. */
  intelligence(since: Timestamp): Promise<LearnedThreats>;
  /** UTC days that have sessions, `2026-10-27`, oldest first. */
  days(): Promise<readonly string[]>;
  /**
   * Removes the sessions of every UTC day that ended, and was last added to, before this: what was taken in late
   * is kept as long as what was taken in at once. Returns how many went. A session that is stored meanwhile is kept.
   * Aborted, it stops soon, and the next call goes on.
   */
  retain(since: Timestamp, signal?: AbortSignal): Promise<number>;
  /**
   * Brings days that ended, and were last added to, before this into a smaller form, where the store has one.
   * Returns how many files changed. Nothing that is asked of the archive changes by it. One process at a time
   * does it; the others return at once. Aborted, it stops soon and leaves things whole.
   */
  compact(before: Timestamp, signal?: AbortSignal): Promise<number>;
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
  /** The likeliest owner of each. */
  readonly by_owner: Readonly<Partial<Record<OwnerKind, number>>>;
  /** Autonomous systems, `AS64500 Example Net`. */
  readonly by_network: Readonly<Record<string, number>>;
  /** Kinds of client: browser, crawler, library, ... */
  readonly by_client: Readonly<Record<string, number>>;
  /** Sessions by hour of the day, UTC, 24 numbers. */
  readonly by_hour: readonly number[];
  /** The busiest sources, most sessions first, at most 20. */
  readonly top_sources: readonly {
    readonly peer_ip: string;
    readonly sessions: number;
    readonly max_risk: number;
  }[];
}

export interface LearnedThreats {
  /** Sources of HIGH and CRITICAL sessions, the highest risk first, at most 10,000. */
  readonly malicious_ips: readonly (Seen & {
    readonly peer_ip: string;
    readonly country?: string;
    readonly max_risk: number;
  })[];
  /** The most frequent first. */
  readonly attack_types: readonly (Seen & { readonly name: string })[];
  readonly techniques: readonly (Seen & { readonly name: string })[];
  /** Of the newest 500 sessions that are more than INFO, the most frequent first, at most 500. */
  readonly payloads: readonly {
    readonly payload: string;
    readonly attack_type: AttackType;
    readonly sessions: number;
    readonly last_seen: string;
  }[];
}

/** ISO 8601. */
interface Seen {
  readonly sessions: number;
  readonly first_seen: string;
  readonly last_seen: string;
}

/** Steps of one series at most. */
export const SERIES_LIMIT = 2_000;

/** Half open, as TimeRange; the first and last step count what lies in the range. */
export interface SeriesQuery extends Required<TimeRange> {
  readonly step: 'hour' | 'day';
}

export interface SeriesStep {
  /** Of the whole hour or UTC day. */
  readonly start: Timestamp;
  readonly sessions: number;
  readonly requests: number;
  readonly by_level: Readonly<Record<ThreatLevel, number>>;
}
