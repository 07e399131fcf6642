import { type RateLimiter, type RateStatus, UNIT_MS } from '@aegis/guard';
import { rateLimitFields } from '@aegis/guard-node';
import type { AnsweringMethod } from '../grpc-method.ts';
import { readRateLimitRequest } from './rate-limit-request.ts';
import { writeRateLimitResponse } from './rate-limit-response.ts';

/** What Envoy's rate limit filter asks. A limit is called by its unit, as its name is none of the visitor's business. */
export function rateLimitMethod(limiter: RateLimiter): AnsweringMethod {
  return {
    kind: 'unary',
    path: '/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit',
    permission: 'check',
    answer(message) {
      const { domain, descriptors, hits } = readRateLimitRequest(message);
      const statuses = limiter.take(domain, descriptors, hits);
      return writeRateLimitResponse(statuses, headersFor(statuses));
    },
  };
}

function headersFor(statuses: readonly RateStatus[]): Readonly<Record<string, string>> {
  const limited = statuses.filter(({ limit }) => limit !== undefined);
  const refusing = statuses.filter(({ over }) => over);
  const quotas = limited.flatMap(({ limit, remaining, resetMs }) => {
    if (limit === undefined) return [];
    const windowS = UNIT_MS[limit.unit] / 1_000;
    const resetS = Math.ceil(resetMs / 1_000);
    return [{ name: limit.unit, limit: limit.requestsPerUnit, remaining, windowS, resetS }];
  });
  const retryAfterMs = Math.max(0, ...refusing.map(({ waitMs }) => waitMs));
  return rateLimitFields({ allowed: refusing.length === 0, retryAfterMs }, quotas);
}
