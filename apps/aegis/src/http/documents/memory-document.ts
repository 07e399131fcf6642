import { SOSA_STATES, type SosaState } from '@aegis/memory';
import { type Attacker, AttackType, type CcServer, type Pattern } from '@aegis/model';
import { z } from 'zod';
import type { CampaignStanding } from '../../campaigns/campaign-watch.ts';
import type { NextStage } from '../../campaigns/next-stages.ts';
import { IsoTime, isoTime } from './values.ts';

const Texts = z.array(z.string());

/** An attack pattern as the API shows it. */
export interface PatternDocument
  extends Omit<Pattern, 'attackType' | 'firstSeen' | 'lastSeen' | 'sources' | 'hours'> {
  readonly attack_type: AttackType;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly sources: readonly string[];
  readonly hours: readonly number[];
}

export const PatternDocument: z.ZodType<PatternDocument> = z
  .strictObject({
    id: z.string(),
    attack_type: AttackType,
    signatures: Texts,
    first_seen: IsoTime,
    last_seen: IsoTime,
    occurrences: z.int(),
    sources: Texts,
    ports: z.array(z.int()),
    severity: z.number(),
    hours: z.array(z.int()).length(24).meta({ description: 'Occurrences by hour of the day, UTC.' }),
    blocks: z.int(),
    nodes: Texts,
    region: z.string(),
  })
  .meta({ id: 'Pattern' });

export function patternDocument(pattern: Pattern): PatternDocument {
  const { attackType, firstSeen, lastSeen, ...rest } = pattern;
  return { ...rest, attack_type: attackType, first_seen: isoTime(firstSeen), last_seen: isoTime(lastSeen) };
}

/** What is known of one source, as the API shows it. */
export interface AttackerDocument {
  readonly address: string;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly sessions: number;
  readonly threat_score: number;
  readonly attack_types: readonly AttackType[];
  readonly tools: readonly string[];
  readonly nodes: readonly string[];
}

export const AttackerDocument: z.ZodType<AttackerDocument> = z
  .strictObject({
    address: z.string(),
    first_seen: IsoTime,
    last_seen: IsoTime,
    sessions: z.int(),
    threat_score: z.number(),
    attack_types: z.array(AttackType),
    tools: Texts,
    nodes: Texts,
  })
  .meta({ id: 'Attacker' });

export function attackerDocument(attacker: Attacker): AttackerDocument {
  const { firstSeen, lastSeen, threatScore, attackTypes, ...rest } = attacker;
  return {
    ...rest,
    first_seen: isoTime(firstSeen),
    last_seen: isoTime(lastSeen),
    threat_score: threatScore,
    attack_types: attackTypes,
  };
}

/** What an attacker may do next, as the API shows it. */
export interface NextStageDocument {
  readonly present: string;
  readonly prediction?: string;
  readonly probabilities: readonly { readonly stage: string; readonly probability: number }[];
  readonly gain_bits: number;
  readonly seen: number;
  readonly sessions: number;
}

export const NextStageDocument: z.ZodType<NextStageDocument> = z
  .strictObject({
    present: z.string().meta({ description: 'The furthest phase of its last session.' }),
    prediction: z.string().exactOptional().meta({
      description: 'The likeliest next one; absent where knowing the present one has not helped to tell.',
    }),
    probabilities: z.array(z.strictObject({ stage: z.string(), probability: z.number() })),
    gain_bits: z.number().meta({ description: 'What knowing the present stage saved, bits a step.' }),
    seen: z.number().meta({ description: 'Steps seen from the present stage.' }),
    sessions: z.int().meta({ description: 'Sessions that were counted.' }),
  })
  .meta({ id: 'NextStage' });

export function nextStageDocument({ gainBits, ...rest }: NextStage): NextStageDocument {
  return { ...rest, gain_bits: gainBits };
}

/** How the campaign of a pattern stands, as the API shows it. */
export interface CampaignDocument {
  readonly pattern: string;
  readonly state: SosaState;
  readonly probability: number;
  readonly forecast: Readonly<Record<SosaState, number>>;
  readonly level: number;
  readonly matrix: readonly (readonly number[])[];
  readonly why: string;
}

export const CampaignDocument: z.ZodType<CampaignDocument> = z
  .strictObject({
    pattern: z.string(),
    state: z.enum(SOSA_STATES),
    probability: z.number(),
    forecast: z.record(z.enum(SOSA_STATES), z.number()).meta({ description: 'Of the next 30 s.' }),
    level: z.number().meta({ description: 'Attacks in 30 s, of late.' }),
    matrix: z.array(z.array(z.number())).meta({ description: 'Probability of each step, by row.' }),
    why: z.string(),
  })
  .meta({ id: 'Campaign' });

export function campaignDocument(standing: CampaignStanding): CampaignDocument {
  return standing;
}

/** A command-and-control server in the attack memory, as the API shows it. */
export interface CcServerDocument {
  readonly address: string;
  readonly port: number;
  readonly first_detected: string;
  readonly last_seen: string;
  readonly bot_network: readonly { readonly ip: string; readonly suspicion_score: number }[];
  readonly bot_count: number;
  readonly cc_score: number;
  readonly confidence: number;
  readonly blocked: boolean;
  readonly nodes: readonly string[];
  readonly heartbeat_seconds?: number;
}

export const CcServerDocument: z.ZodType<CcServerDocument> = z
  .strictObject({
    address: z.string(),
    port: z.int(),
    first_detected: IsoTime,
    last_seen: IsoTime,
    bot_network: z.array(z.strictObject({ ip: z.string(), suspicion_score: z.number() })),
    bot_count: z.int(),
    cc_score: z.number(),
    confidence: z.number(),
    blocked: z.boolean(),
    nodes: Texts,
    heartbeat_seconds: z.number().exactOptional(),
  })
  .meta({ id: 'CcServer' });

export function ccServerDocument(server: CcServer): CcServerDocument {
  const { address, port, firstDetected, lastSeen, bots, score, confidence, blocked, nodes } = server;
  const network = Object.entries(bots)
    .map(([ip, suspicion_score]) => ({ ip, suspicion_score }))
    .sort((a, b) => b.suspicion_score - a.suspicion_score || (a.ip < b.ip ? -1 : 1));
  return {
    address,
    port,
    first_detected: isoTime(firstDetected),
    last_seen: isoTime(lastSeen),
    bot_network: network,
    bot_count: network.length,
    cc_score: score,
    confidence,
    blocked,
    nodes,
    ...(server.heartbeatSeconds !== undefined && { heartbeat_seconds: server.heartbeatSeconds }),
  };
}
