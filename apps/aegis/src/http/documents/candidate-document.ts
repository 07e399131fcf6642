import {
  type Candidate,
  FLOW_PROTOCOLS,
  type FlowProtocol,
  type Unconfirmed,
  unconfirmed,
} from '@aegis/hunt';
import type { Prefix } from '@aegis/model';
import { z } from 'zod';
import { IsoTime, isoTime } from './values.ts';

/** Bots told of one server, and those of them told with their gaps. */
const MOST_BOTS = 100;
const WITH_GAPS = 10;

/** A suspected command-and-control server, as the API and `--json` tell it. */
export interface CandidateDocument {
  readonly address: string;
  readonly port: number;
  readonly protocol: FlowProtocol;
  readonly name?: string;
  readonly cc_score: number;
  readonly confidence: number;
  readonly confirmed: boolean;
  /** Why it is not. */
  readonly unconfirmed?: Unconfirmed;
  readonly heartbeat_seconds?: number;
  readonly clients: number;
  readonly bot_count: number;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly bots: readonly BotDocument[];
  readonly reasons: readonly { readonly signal: string; readonly weight: number; readonly why: string }[];
}

export interface BotDocument {
  readonly address: string;
  readonly suspicion: number;
  readonly flows: number;
  /** Between its latest flows, oldest first; of the most suspicious ones. */
  readonly gaps_seconds?: readonly number[];
}

const WHY_NOT: readonly Unconfirmed[] = ['allowed', 'popular', 'score', 'confidence', 'witness'];

export const CandidateDocument: z.ZodType<CandidateDocument> = z
  .strictObject({
    address: z.string(),
    port: z.int(),
    protocol: z.enum(FLOW_PROTOCOLS),
    name: z.string().exactOptional(),
    cc_score: z.number().meta({ description: '0-100: how likely it is a server of bots.' }),
    confidence: z.number().meta({ description: '0-100: how much was seen that the score rests on.' }),
    confirmed: z.boolean(),
    unconfirmed: z.enum(WHY_NOT).exactOptional().meta({ description: 'Why it is not confirmed.' }),
    heartbeat_seconds: z.number().exactOptional(),
    clients: z.int(),
    bot_count: z.int(),
    first_seen: IsoTime,
    last_seen: IsoTime,
    bots: z
      .array(
        z.strictObject({
          address: z.string(),
          suspicion: z.number(),
          flows: z.int(),
          gaps_seconds: z.array(z.number()).exactOptional(),
        }),
      )
      .max(MOST_BOTS),
    reasons: z.array(z.strictObject({ signal: z.string(), weight: z.number(), why: z.string() })),
  })
  .meta({ id: 'Candidate' }) as z.ZodType<CandidateDocument>;

/** Sensors with a key of the node, and files that somebody gives to a command, are taken as its own. */
export function candidateDocument(candidate: Candidate, allowed: readonly Prefix[]): CandidateDocument {
  const { address, port, protocol, name, score, confidence, heartbeatSeconds, clients } = candidate;
  const why = unconfirmed(candidate, { allowed, witnesses: ['own'], trusted: ['own'] });
  return {
    address,
    port,
    protocol,
    ...(name !== undefined && { name }),
    cc_score: score,
    confidence,
    confirmed: why === undefined,
    ...(why !== undefined && { unconfirmed: why }),
    ...(heartbeatSeconds !== undefined && { heartbeat_seconds: heartbeatSeconds }),
    clients,
    bot_count: candidate.bots.length,
    first_seen: isoTime(candidate.firstSeen),
    last_seen: isoTime(candidate.lastSeen),
    bots: candidate.bots.slice(0, MOST_BOTS).map(({ address: bot, suspicion, flows, recentGaps }, index) => ({
      address: bot,
      suspicion,
      flows,
      ...(index < WITH_GAPS && { gaps_seconds: recentGaps.map((ms) => Math.round(ms) / 1_000) }),
    })),
    reasons: candidate.signals.map(({ name: signal, weight, why: words }) => ({
      signal,
      weight: Math.round(weight * 100) / 100,
      why: words,
    })),
  };
}
