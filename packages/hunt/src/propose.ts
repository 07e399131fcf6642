import { Prefix, type Proposal } from '@aegis/model';
import { prefixesOverlap } from '@aegis/netset';
import type { Candidate } from './candidate.ts';

export interface ConfirmOptions {
  /** Never proposed. */
  readonly allowed: readonly Prefix[];
  /** Sensors or nodes that found it, each counted once. */
  readonly witnesses: readonly string[];
  /** Those whose word alone is enough: sensors of this node. */
  readonly trusted: readonly string[];
  readonly leastScore?: number;
  readonly leastConfidence?: number;
}

/** Why a candidate is not confirmed. */
export type Unconfirmed = 'allowed' | 'popular' | 'score' | 'confidence' | 'witness';

const LEAST_SCORE = 80;
const LEAST_CONFIDENCE = 60;
const ENOUGH_WITNESSES = 2;
const DAY_MS = 86_400_000;

/**
 * Undefined where it is confirmed. What the estate allows or many use is never confirmed, whatever its rhythm: who can
 * have flows made up or sent could otherwise have it blocked. For the same reason the word of one stranger is none.
 */
export function unconfirmed(candidate: Candidate, options: ConfirmOptions): Unconfirmed | undefined {
  const {
    allowed,
    witnesses,
    trusted,
    leastScore = LEAST_SCORE,
    leastConfidence = LEAST_CONFIDENCE,
  } = options;
  const own = Prefix.parse(candidate.address);
  if (!own.ok) return 'allowed';
  const target = Prefix.parts(own.value);
  if (allowed.some((prefix) => prefixesOverlap(Prefix.parts(prefix), target))) return 'allowed';
  if (candidate.popular) return 'popular';
  if (candidate.score < leastScore) return 'score';
  if (candidate.confidence < leastConfidence) return 'confidence';
  const distinct = new Set(witnesses);
  const believed = trusted.some((each) => distinct.has(each)) || distinct.size >= ENOUGH_WITNESSES;
  return believed ? undefined : 'witness';
}

/** The wish to ban a confirmed server. Found again the same day, the same key. */
export function proposeBan({
  address,
  port,
  score,
  confidence,
  signals,
  lastSeen,
  bots,
}: Candidate): Proposal {
  const because = signals
    .filter(({ weight }) => weight > 0)
    .slice(0, 3)
    .map(({ why }) => why);
  const whose = `${bots.length} ${bots.length === 1 ? 'client calls' : 'clients call'} it`;
  return {
    key: `hunt:${address}:${port}:${Math.floor(lastSeen / DAY_MS)}`,
    scope: 'ip',
    value: address,
    action: 'ban',
    durationMs: DAY_MS,
    reason: `C&C server on port ${port}, score ${score}: ${whose}; ${because.join('; ')}`.slice(0, 1_000),
    origin: 'aegis',
    source: 'hunt/cc-server',
    confidence,
  };
}
