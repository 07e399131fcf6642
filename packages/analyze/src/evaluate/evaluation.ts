import type { ImpactKind, Priority, RiskFactor, RiskPart, ThreatLevel } from '@aegis/model';

/** The judgement on a session, with everything a person needs to follow it. */
export interface Evaluation {
  /** 0-100, whole. */
  readonly score: number;
  readonly breakdown: Readonly<Record<RiskFactor, RiskPart>>;
  readonly level: ThreatLevel;
  readonly priority: Priority;
  /** Absent with INFO. */
  readonly respondWithinSeconds?: number;
  /** 0-100, whole: how sure the judgement is, whichever way it went. */
  readonly confidence: number;
  readonly impact: Readonly<Record<ImpactKind, 'none' | 'low' | 'medium' | 'high'>>;
  /** Each with its reason, the most pressing first. */
  readonly recommendations: readonly Recommendation[];
}

export interface Recommendation {
  readonly name: RecommendationName;
  readonly reason: string;
}

export type RecommendationName =
  | 'block_ip_immediately'
  | 'block_ip_temporarily'
  | 'alert_security_team'
  | 'investigate_immediately'
  | 'investigate_within_hours'
  | 'update_waf_rules'
  | 'isolate_and_collect_samples'
  | 'reset_credentials'
  | 'enforce_login_limits'
  | 'throttle_source'
  | 'review_exposed_files'
  | 'monitor_source'
  | 'no_action';

/** A part of the risk before its weight. */
export interface PartScore {
  /** 0-100. */
  readonly score: number;
  /** In words, with figures. */
  readonly why: string;
}
