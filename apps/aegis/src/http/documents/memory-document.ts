import { type Attacker, AttackType, type Pattern } from '@aegis/model';
import { z } from 'zod';
import { IsoTime, isoTime } from './values.ts';

const Texts = z.array(z.string());

/** An attack pattern as the API shows it. */
export const PatternDocument: z.ZodType = z
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

export function patternDocument(pattern: Pattern): Record<string, unknown> {
  const { attackType, firstSeen, lastSeen, ...rest } = pattern;
  return { ...rest, attack_type: attackType, first_seen: isoTime(firstSeen), last_seen: isoTime(lastSeen) };
}

/** What is known of one source, as the API shows it. */
export const AttackerDocument: z.ZodType = z
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

export function attackerDocument(attacker: Attacker): Record<string, unknown> {
  const { firstSeen, lastSeen, threatScore, attackTypes, ...rest } = attacker;
  return {
    ...rest,
    first_seen: isoTime(firstSeen),
    last_seen: isoTime(lastSeen),
    threat_score: threatScore,
    attack_types: attackTypes,
  };
}
