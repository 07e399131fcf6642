import { type Candidate, type Unconfirmed, unconfirmed } from '@aegis/hunt';
import type { Prefix } from '@aegis/model';

/** Bots told of one server. */
const MOST_BOTS = 100;

/** A candidate as `--json` tells it. */
export interface CandidateDocument {
  readonly address: string;
  readonly port: number;
  readonly protocol: string;
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
  readonly bots: readonly { readonly address: string; readonly suspicion: number; readonly flows: number }[];
  readonly reasons: readonly { readonly signal: string; readonly weight: number; readonly why: string }[];
}

export function candidateDocument(candidate: Candidate, allowed: readonly Prefix[]): CandidateDocument {
  const { address, port, protocol, name, score, confidence, heartbeatSeconds, clients } = candidate;
  const why = notConfirmed(candidate, allowed);
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
    first_seen: new Date(candidate.firstSeen).toISOString(),
    last_seen: new Date(candidate.lastSeen).toISOString(),
    bots: candidate.bots
      .slice(0, MOST_BOTS)
      .map(({ address: bot, suspicion, flows }) => ({ address: bot, suspicion, flows })),
    reasons: candidate.signals.map(({ name: signal, weight, why: words }) => ({
      signal,
      weight: Math.round(weight * 100) / 100,
      why: words,
    })),
  };
}

/** Files that somebody gives to the command are taken as that person's own sensor. */
export function notConfirmed(candidate: Candidate, allowed: readonly Prefix[]): Unconfirmed | undefined {
  return unconfirmed(candidate, { allowed, witnesses: ['file'], trusted: ['file'] });
}
