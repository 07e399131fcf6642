import { RATE_UNITS, type RateStatus } from '@aegis/guard';
import { ProtoWriter } from '@aegis/protobuf';

/** RateLimitResponse.Code. */
const OK = 1;
const OVER_LIMIT = 2;

/** `envoy.service.ratelimit.v3.RateLimitResponse`, with headers for whoever made the request. */
export function writeRateLimitResponse(
  statuses: readonly RateStatus[],
  headers: Readonly<Record<string, string>>,
): Buffer {
  const isOver = statuses.some(({ over }) => over);
  const writer = new ProtoWriter(256).number(1, isOver ? OVER_LIMIT : OK);
  for (const status of statuses) writer.message(2, (inner) => writeStatus(inner, status));
  for (const [key, value] of Object.entries(headers))
    writer.message(3, (header) => header.text(1, key).text(2, value));
  return writer.finish();
}

/** DescriptorStatus.code = 1, current_limit = 2, limit_remaining = 3, duration_until_reset = 4. */
function writeStatus(writer: ProtoWriter, { over, limit, remaining, resetMs }: RateStatus): void {
  writer.number(1, over ? OVER_LIMIT : OK);
  if (limit === undefined) {
    writer.number(3, remaining);
    return;
  }
  // RateLimit.requests_per_unit = 1, unit = 2, name = 3.
  writer.message(2, (rate) => {
    rate.number(1, limit.requestsPerUnit).number(2, RATE_UNITS.indexOf(limit.unit) + 1);
    if (limit.name !== '') rate.text(3, limit.name);
  });
  writer.number(3, remaining);
  const ms = Math.ceil(resetMs);
  writer.message(4, (duration) => {
    duration.number(1, Math.floor(ms / 1_000)).number(2, (ms % 1_000) * 1_000_000);
  });
}
