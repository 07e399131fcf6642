import type { RequestPattern, Session } from '@aegis/model';
import type { Conduct } from './enriched-session.ts';

/** Longer sessions are prolonged, seconds. */
const PROLONGED_SECONDS = 300;
/** Faster ones are automated, observations a second. */
const AUTOMATED_RATE = 1;
/** From this many login attempts on nobody has just forgotten a password. */
const STUFFING_ATTEMPTS = 10;
/** From this many paths, of which this share is not found, somebody is guessing. */
const ENUMERATED_PATHS = 20;
const ENUMERATION_MISS_SHARE = 0.5;

/** Rate, rhythm and order of a session. `escalated`: exploitation came after something lesser. */
export function requestPattern(session: Session, conduct: Conduct, escalated: boolean): RequestPattern {
  const rate = session.observationCount / Math.max(1, conduct.durationSeconds);
  const sequences: RequestPattern['sequences'][number][] = [];
  const misses = conduct.answered === 0 ? 0 : conduct.notFound / conduct.answered;
  if (conduct.distinctPaths >= ENUMERATED_PATHS && misses >= ENUMERATION_MISS_SHARE)
    sequences.push('path_enumeration');
  if (conduct.loginAttempts >= STUFFING_ATTEMPTS) sequences.push('credential_stuffing');
  if (escalated) sequences.push('ordered_exploitation');
  return {
    requests_per_second: round(rate),
    burstiness: round(burstiness(session.observations.map((observation) => observation.at))),
    diversity: conduct.requests === 0 ? 0 : round(Math.min(1, conduct.distinctPaths / conduct.requests)),
    sequences,
    prolonged: conduct.durationSeconds > PROLONGED_SECONDS,
    automated: session.observationCount > 1 && rate > AUTOMATED_RATE,
  };
}

/**
 * B = (s - m) / (s + m) of the gaps between events, s their standard deviation and m their mean (Goh and
 * Barabasi, "Burstiness and memory in complex systems", EPL 81, 2008), moved from [-1, 1] to [0, 1]. Fewer than
 * two gaps have no rhythm: 0. Events all at one moment: 1.
 */
export function burstiness(times: readonly number[]): number {
  if (times.length < 3) return 0;
  const gaps: number[] = [];
  for (let i = 1; i < times.length; i++)
    gaps.push(Math.max(0, (times[i] as number) - (times[i - 1] as number)));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  if (mean === 0) return 1;
  const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
  return ((deviation - mean) / (deviation + mean) + 1) / 2;
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
