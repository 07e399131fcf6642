import { AttackType, type SessionRecord, THREAT_LEVELS } from '@aegis/model';
import { z } from 'zod';
import { IsoTime } from './values.ts';

/** The published shape of a stored session; `SessionRecord` says what each member means. */

const OptionalText = z.string().optional();
const Score = z.number().min(0).max(100);
const Level = z.enum(THREAT_LEVELS);
const Impact = z.enum(['none', 'low', 'medium', 'high']);
const RiskPart = z.looseObject({ score: Score, weight: z.number(), why: z.string() });

/** Loose: what a later version of the analyzer adds is handed on. */
export const SessionDocument: z.ZodType = z
  .looseObject({
    sess_uuid: z.string(),
    peer_ip: z.string(),
    peer_port: z.int().optional(),
    user_agent: z.string(),
    sensor: z.string(),
    snare_uuid: OptionalText,
    protocol: z.string(),
    start_time: IsoTime,
    end_time: IsoTime,
    duration_seconds: z.number(),
    attack_types: z.array(AttackType),
    request_count: z.int(),
    requests: z.array(
      z.looseObject({
        time: IsoTime,
        method: z.string(),
        path: z.string(),
        status: z.int().optional(),
        body: OptionalText,
        attack_type: AttackType.optional(),
      }),
    ),
    threat_intelligence: z.looseObject({
      is_known_malicious: z.boolean(),
      threat_categories: z.array(z.string()),
      reputation_score: Score,
      country: OptionalText,
      asn: z.int().optional(),
      as_name: OptionalText,
    }),
    attack_patterns: z.looseObject({
      techniques: z.array(AttackType),
      sophistication: z.enum(['low', 'medium', 'high']),
      indicators: z.array(z.string()),
      mitre_attack: z.array(z.string()).meta({ description: 'ATT&CK technique ids.' }),
      phases: z.array(z.enum(['reconnaissance', 'scanning', 'exploitation', 'persistence_attempt'])),
      escalation: z.boolean(),
    }),
    user_agent_info: z.looseObject({
      is_bot: z.boolean(),
      kind: z.string(),
      tool_name: OptionalText,
      version: OptionalText,
      os: OptionalText,
      verified: z.boolean().optional(),
      verification: z.enum(['proved', 'refuted', 'unknown']).optional().meta({
        description:
          'Whether the address of a declared crawler is one of its own; unknown where nobody can say.',
      }),
    }),
    request_pattern: z.looseObject({
      requests_per_second: z.number(),
      burstiness: z.number(),
      diversity: z.number(),
      sequences: z.array(z.string()),
      prolonged: z.boolean(),
      automated: z.boolean(),
    }),
    payloads: z.array(
      z.looseObject({
        place: z.string(),
        part: z.string(),
        text: z.string(),
        decoded: OptionalText,
        layers: z.array(z.string()).optional(),
        why: z.string(),
        attack_type: AttackType,
        techniques: z.array(z.string()),
      }),
    ),
    possible_owners: z.record(z.string(), z.number()),
    risk_score: Score,
    risk_breakdown: z.looseObject({
      severity: RiskPart,
      volume: RiskPart,
      payload: RiskPart,
      reputation: RiskPart,
      complexity: RiskPart,
    }),
    threat_level: Level,
    priority: z.enum(['P1', 'P2', 'P3', 'P4', 'P5']),
    respond_within_seconds: z.number().optional(),
    confidence_score: Score,
    impact: z.looseObject({
      data_exfiltration: Impact,
      intrusion: Impact,
      service_disruption: Impact,
      resource_consumption: Impact,
    }),
    recommendations: z.array(z.string()),
    recommendation_reasons: z.record(z.string(), z.string()),
    processed_at: IsoTime,
  })
  .meta({ id: 'Session' });

export interface SessionPageDocument {
  readonly sessions: readonly SessionRecord[];
  readonly next?: string | undefined;
}

export const SessionPageDocument: z.ZodType = z
  .strictObject({
    sessions: z.array(SessionDocument),
    next: z.string().optional().meta({ description: 'Cursor of the next page; absent on the last one.' }),
  })
  .meta({ id: 'SessionPage' });
