import type { AttackType } from './attack-type.ts';
import type { Evidence } from './detection.ts';

export const THREAT_LEVELS = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO'] as const;
export type ThreatLevel = (typeof THREAT_LEVELS)[number];
export type Priority = 'P1' | 'P2' | 'P3' | 'P4' | 'P5';
export type Sophistication = 'low' | 'medium' | 'high';
export type Phase = 'reconnaissance' | 'scanning' | 'exploitation' | 'persistence_attempt';
export type OwnerKind = 'crawler' | 'tool' | 'attacker' | 'user' | 'admin';

/**
 * An evaluated session as it is stored, queried and exported: the output record of the analytics contract.
 * Names are snake_case because files and API clients see them; times are ISO 8601 UTC.
 */
export interface SessionRecord {
  readonly sess_uuid: string;
  readonly peer_ip: string;
  readonly peer_port?: number;
  readonly user_agent: string;
  readonly sensor: string;
  readonly snare_uuid?: string;
  readonly protocol: string;
  readonly start_time: string;
  readonly end_time: string;
  readonly duration_seconds: number;
  readonly attack_types: readonly AttackType[];
  readonly request_count: number;
  /** A bounded sample, those with evidence first to be kept. */
  readonly requests: readonly RecordedRequest[];
  readonly threat_intelligence: ThreatIntelligence;
  readonly attack_patterns: AttackPatterns;
  readonly user_agent_info: UserAgentInfo;
  readonly request_pattern: RequestPattern;
  /** Deduplicated, the gravest first, bounded. */
  readonly payloads: readonly RecordedPayload[];
  /** 0-1 each. */
  readonly possible_owners: Readonly<Partial<Record<OwnerKind, number>>>;
  /** 0-100. */
  readonly risk_score: number;
  readonly risk_breakdown: Readonly<Record<RiskFactor, RiskPart>>;
  readonly threat_level: ThreatLevel;
  readonly priority: Priority;
  /** Seconds; absent with INFO. */
  readonly respond_within_seconds?: number;
  /** 0-100. */
  readonly confidence_score: number;
  readonly impact: Readonly<Record<ImpactKind, 'none' | 'low' | 'medium' | 'high'>>;
  readonly recommendations: readonly string[];
  readonly recommendation_reasons: Readonly<Record<string, string>>;
  readonly processed_at: string;
}

export interface RecordedRequest {
  readonly time: string;
  readonly method: string;
  readonly path: string;
  readonly status?: number;
  readonly body?: string;
  readonly attack_type?: AttackType;
}

export interface RecordedPayload extends Evidence {
  readonly attack_type: AttackType;
  readonly techniques: readonly string[];
}

export interface ThreatIntelligence {
  readonly is_known_malicious: boolean;
  readonly threat_categories: readonly string[];
  /** 0-100, 100 the worst. */
  readonly reputation_score: number;
  readonly country?: string;
  readonly asn?: number;
  readonly as_name?: string;
}

export interface AttackPatterns {
  readonly techniques: readonly AttackType[];
  readonly sophistication: Sophistication;
  readonly indicators: readonly string[];
  /** ATT&CK technique ids. */
  readonly mitre_attack: readonly string[];
  readonly phases: readonly Phase[];
  /** Whether the phases rose in the course of the session. */
  readonly escalation: boolean;
}

export interface UserAgentInfo {
  readonly is_bot: boolean;
  readonly kind:
    | 'browser'
    | 'crawler'
    | 'library'
    | 'security_tool'
    | 'feed_reader'
    | 'monitor'
    | 'unknown'
    | 'none';
  readonly tool_name?: string;
  readonly version?: string;
  readonly os?: string;
  /** Only with kind `crawler`: whether the address proved it. */
  readonly verified?: boolean;
  /** Only with kind `crawler`: what is known of that. `unknown`: nobody could say. */
  readonly verification?: 'proved' | 'refuted' | 'unknown';
}

export interface RequestPattern {
  readonly requests_per_second: number;
  /** 0 regular to 1 all at once (Goh and Barabasi 2008, scaled to 0-1). */
  readonly burstiness: number;
  /** Distinct paths / requests, 0-1. */
  readonly diversity: number;
  readonly sequences: readonly ('path_enumeration' | 'credential_stuffing' | 'ordered_exploitation')[];
  /** Longer than 300 s. */
  readonly prolonged: boolean;
  /** Faster than 1 request/s. */
  readonly automated: boolean;
}

export type RiskFactor = 'severity' | 'volume' | 'payload' | 'reputation' | 'complexity';
export interface RiskPart {
  /** 0-100. */
  readonly score: number;
  /** 0-1; the five add up to 1. */
  readonly weight: number;
  readonly why: string;
}

export type ImpactKind = 'data_exfiltration' | 'intrusion' | 'service_disruption' | 'resource_consumption';
