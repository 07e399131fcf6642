import type { Address, Attacker, AttackType, CcServer, Pattern, Timestamp } from '@aegis/model';

/**
 * Port: attack memory shared by nodes.
 *
 * A caller may assume: reports are commutative and idempotent. Applying the same set of reports in any order,
 * any number of times each, gives the same state; `report` is what makes two deliveries of one report the
 * same. Times merge by min/max, sets by union (bounded: the smallest 256 by text, numbers by value, 4,096 of bots, are kept,
 * so that the bound does not depend on order), counts by addition once per report, scores, severity and
 * confidence by maximum. Where one of several must be chosen, the earliest report names a pattern's attack type
 * and region, the latest one a server's heartbeat; of one time, the smallest `report` is the earliest. Sets
 * come back in order. A report of something forgotten is not counted again while its id is remembered.
 */
export interface Memory {
  /** All of them or none. Throws AegisError `memory_unavailable`. */
  report(reports: readonly MemoryReport[]): Promise<void>;
  pattern(id: string): Promise<Pattern | undefined>;
  /**
   * Patterns that share at least one of these signatures: the candidates for "the same pattern". At most 100,
   * those that share the most first. Of more than 1,000 patterns with one signature only the newest may be
   * found by it: what everyone has tells nobody apart, and must not cost more the more have it.
   */
  patternsSharing(signatures: readonly string[]): Promise<readonly PatternLikeness[]>;
  /** Most recently seen first, then by id. */
  patterns(query: MemoryQuery): Promise<readonly Pattern[]>;
  attacker(address: Address): Promise<Attacker | undefined>;
  /** Most recently seen first, then by address. */
  attackers(query: MemoryQuery): Promise<readonly Attacker[]>;
  ccServer(address: Address, port: number): Promise<CcServer | undefined>;
  ccServers(query: MemoryQuery): Promise<readonly CcServer[]>;
  /** Forgets what was last seen before this. Returns how many patterns, attackers and servers went. */
  forget(before: Timestamp): Promise<number>;
  close(): Promise<void>;
}

export interface MemoryQuery {
  readonly limit: number;
  readonly seenSince?: Timestamp;
}

/** At most this many members are kept of any set. */
export const MEMORY_SET_LIMIT = 256;
/** But of a server's bots: a botnet is told of whole, as far as one node can see it. */
export const MEMORY_BOT_LIMIT = 4_096;
/** What tells whether a session is of a pattern; the whole of one may hold thousands of sources. */
export type PatternLikeness = Pick<Pattern, 'id' | 'signatures'>;

/** `patternsSharing` answers with at most this many. */
export const MEMORY_CANDIDATE_LIMIT = 100;

export type MemoryReport = PatternReport | AttackerReport | CcServerReport;

interface ReportBase {
  /** Unique to the finding that is reported, whoever delivers it. At most 128 characters. */
  readonly report: string;
  /** The node that saw it. */
  readonly node: string;
  readonly at: Timestamp;
}

export interface PatternReport extends ReportBase {
  readonly kind: 'pattern';
  readonly pattern: string;
  readonly attackType: AttackType;
  readonly signatures: readonly string[];
  readonly source: Address;
  readonly port?: number;
  /** 1-10. */
  readonly severity: number;
  readonly region: string;
  readonly blocked: boolean;
}

export interface AttackerReport extends ReportBase {
  readonly kind: 'attacker';
  readonly address: Address;
  /** 0-100. */
  readonly threatScore: number;
  readonly attackTypes: readonly AttackType[];
  readonly tools: readonly string[];
}

export interface CcServerReport extends ReportBase {
  readonly kind: 'cc_server';
  readonly address: Address;
  readonly port: number;
  readonly bots: Readonly<Record<string, number>>;
  readonly score: number;
  readonly confidence: number;
  readonly blocked: boolean;
  readonly heartbeatSeconds?: number;
}
