import { statSync } from 'node:fs';
import { type RateDomains, RateLimiter } from '@aegis/guard';
import { AegisError, type Clock, type Logger, type Random, randomHashKey } from '@aegis/model';
import { Counter, type Registry } from 'prom-client';
import { configErrorText } from '../config/config-error.ts';
import { readFile } from '../config/read-file.ts';
import type { RateLimitSettings } from '../config/sections/rate-limit-section.ts';
import type { Part } from '../node/lifecycle.ts';
import { timer } from '../node/timer.ts';
import { readRateLimits } from './read-rate-limits.ts';

export interface RateLimitHostOptions {
  readonly settings: RateLimitSettings;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** The limiter of a node, and the part that takes over its files when they change. */
export interface RateLimitHost {
  readonly limiter: RateLimiter;
  readonly part: Part;
}

const WATCH_MS = 2_000;

/** Throws AegisError `bad_rate_limits` where a file cannot be used. */
export function hostRateLimits(options: RateLimitHostOptions): RateLimitHost {
  const { settings, registry, clock, random, logger } = options;
  const { files, capacity } = settings;
  const hits = new Counter({
    name: 'aegis_rate_limit_hits_total',
    help: 'Hits by rule: within its limit, with less than a fifth of it left, over it, or over one in shadow',
    labelNames: ['domain', 'rule', 'result'],
    registers: [registry],
  });
  const limiter = new RateLimiter({
    clock,
    hashKey: randomHashKey(random),
    capacity,
    onResult: (domain, rule, result, count) => hits.inc({ domain, rule, result }, count),
  });
  limiter.configure(domainsIn(files));
  const written = (): string => files.map(changedAt).join(' ');
  let seen = written();
  const part = timer(
    'rate limit files',
    WATCH_MS,
    () => {
      const now = written();
      if (now === seen) return;
      seen = now;
      const read = readRateLimits(files, readFile);
      if (!read.ok) {
        const errors = read.error.map(configErrorText);
        logger.error({ errors }, 'the rate limits stay as they are: the new ones are wrong');
        return;
      }
      limiter.configure(read.value);
      logger.info({ files }, 'there are new rate limits');
    },
    logger,
  );
  return { limiter, part };
}

function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function domainsIn(files: readonly string[]): RateDomains {
  const read = readRateLimits(files, readFile);
  if (read.ok) return read.value;
  const lines = read.error.map(configErrorText);
  throw new AegisError('bad_rate_limits', `rate limits cannot be set up:\n${lines.join('\n')}`);
}
