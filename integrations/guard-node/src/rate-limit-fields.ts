import type { GuardVerdict, Quota } from '@aegis/guard';

/** Structured-field strings (RFC 9651) take printable ASCII; the names of buckets are. */
const quoted = (name: string): string => `"${name}"`;

/**
 * `RateLimit-Policy`, `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11) and `Retry-After` (RFC 9110, 10.2.3).
 * `RateLimit` tells of the bucket that is nearest to empty.
 */
export function rateLimitFields(
  verdict: Pick<GuardVerdict, 'allowed' | 'retryAfterMs'>,
  quotas: readonly Quota[],
): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  if (quotas.length > 0) {
    fields['ratelimit-policy'] = quotas
      .map(({ name, limit, windowS }) => `${quoted(name)};q=${limit};w=${windowS}`)
      .join(', ');
    const tightest = quotas.reduce((least, each) =>
      each.remaining / Math.max(1, each.limit) < least.remaining / Math.max(1, least.limit) ? each : least,
    );
    fields.ratelimit = `${quoted(tightest.name)};r=${tightest.remaining};t=${tightest.resetS}`;
  }
  if (!verdict.allowed && Number.isFinite(verdict.retryAfterMs))
    fields['retry-after'] = String(Math.max(1, Math.ceil(verdict.retryAfterMs / 1000)));
  return fields;
}
