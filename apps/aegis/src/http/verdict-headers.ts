import type { Timestamp, Verdict } from '@aegis/model';
import { headerText } from './header-text.ts';

/** A throttled client is asked to come back after this at most, s. */
const MAX_RETRY_AFTER = 60;

/** A verdict as headers, for proxies that copy or map them. */
export function verdictHeaders(
  { outcome, decision, reason, expires }: Verdict,
  status: number,
  now: Timestamp,
): Record<string, string> {
  return {
    'x-aegis-verdict': outcome,
    'x-aegis-status': String(status),
    ...(decision === undefined ? {} : { 'x-aegis-decision': headerText(decision) }),
    ...(reason === '' ? {} : { 'x-aegis-reason': headerText(reason) }),
    ...(status === 429 ? { 'retry-after': String(retryAfter(now, expires)) } : {}),
  };
}

function retryAfter(now: Timestamp, expires: Timestamp | undefined): number {
  if (expires === undefined) return MAX_RETRY_AFTER;
  return Math.min(MAX_RETRY_AFTER, Math.max(1, Math.ceil((expires - now) / 1_000)));
}
