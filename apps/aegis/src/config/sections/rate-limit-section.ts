import type { Section } from '../setting.ts';
import { paths, whole } from '../setting-kinds.ts';

export interface RateLimitSettings {
  readonly files: readonly string[];
  readonly capacity: number;
}

export const rateLimitSection: Section<RateLimitSettings> = {
  is: 'section',
  key: 'rate_limits',
  doc: 'Limits for the rate limit service of Envoy, which this node is where grpc.enabled is true.',
  members: {
    files: paths({
      key: 'files',
      doc: 'A file for each domain, YAML with "domain" and "descriptors" as envoyproxy/ratelimit has them; read again within seconds when one changes.',
      most: 64,
    }),
    capacity: whole({
      key: 'capacity',
      doc: 'Counters that are kept for each unit (second, minute, ...) in use. Above it the counters nearest to full are given up early.',
      cost: '12 to 24 bytes each.',
      initial: 100_000,
      min: 1_000,
      max: 16_000_000,
      unit: 'counters',
    }),
  },
};
