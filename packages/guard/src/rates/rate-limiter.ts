import { type Clock, type HashKey, KeyHash } from '@aegis/model';
import { waitOf } from '../buckets/bucket-call.ts';
import { BucketTable } from '../buckets/bucket-table.ts';
import { foldHash } from '../buckets/fold-hash.ts';
import { TICKS_PER_MS } from '../buckets/ticks.ts';
import { findRule, type RateDomains, type RateEntry, type RateRule } from './rate-rule.ts';
import { type RateUnit, UNIT_MS } from './rate-unit.ts';

export interface RateDescriptor {
  readonly entries: readonly RateEntry[];
  /** A limit that the caller brings along, in place of the rule's. */
  readonly limit?: { readonly requestsPerUnit: number; readonly unit: RateUnit };
  /** In place of the hits of the request; 0 takes nothing and only tells what is left. */
  readonly hits?: number;
}

/** What became of one descriptor. */
export interface RateStatus {
  readonly over: boolean;
  /** Absent where no rule applies to it, or an unlimited one. */
  readonly limit?: RateRule;
  readonly remaining: number;
  /** Until all of the limit is there again, ms. */
  readonly resetMs: number;
  /** Until these hits would pass, ms; 0 where they do, infinite where they never will. */
  readonly waitMs: number;
}

export type RateResult = 'within_limit' | 'near_limit' | 'over_limit' | 'shadow_over_limit';

export interface RateLimiterOptions {
  readonly clock: Clock;
  readonly hashKey: HashKey;
  /** Counters for each unit in use. See `allocateBuckets` for what they cost. */
  readonly capacity: number;
  readonly onResult: (domain: string, rule: string, result: RateResult, hits: number) => void;
}

/**
 * From empty to full, in the time of the table: 1,000 s whatever the unit, so that a year fits into its ticks and a
 * million requests a second still have a tick each.
 */
const TABLE_UNIT_MS = 1_000_000;
const TOLERANCE: number = TABLE_UNIT_MS * TICKS_PER_MS;
/** Of a limit: where less is left, it is near. */
const NEAR = 0.2;
const OPEN: RateStatus = Object.freeze({
  over: false,
  remaining: 4_294_967_295,
  resetMs: 0,
  waitMs: 0,
});

/**
 * Limits by descriptors, as Envoy's rate limit service has them, over the guard's buckets: what was taken comes back
 * steadily, not all at once at the end of a window. A request is taken from the buckets of all its descriptors or,
 * where one that is enforced refuses, from none.
 */
export class RateLimiter {
  readonly #options: RateLimiterOptions;
  readonly #hash: KeyHash;
  readonly #tables: Map<RateUnit, BucketTable> = new Map();
  #domains: RateDomains = new Map();

  constructor(options: RateLimiterOptions) {
    this.#options = options;
    this.#hash = new KeyHash(options.hashKey);
  }

  /** From the next request on; what was taken stays taken. */
  configure(domains: RateDomains): void {
    this.#domains = domains;
  }

  /** A status for each descriptor, in order. `hits` is a whole number above 0. */
  take(domain: string, descriptors: readonly RateDescriptor[], hits: number): readonly RateStatus[] {
    const now = this.#options.clock.monotonic();
    const rules = this.#rulesFor(domain, descriptors);
    const buckets = rules.map((rule, index) =>
      rule === undefined || rule.requestsPerUnit === Number.POSITIVE_INFINITY
        ? undefined
        : this.#bucketOf(domain, { hits, ...(descriptors[index] as RateDescriptor) }, rule, now),
    );
    const refuses = (bucket: Bucket | undefined): boolean =>
      bucket !== undefined && bucket.wait > 0 && !bucket.rule.shadow;
    const isRefused = buckets.some(refuses);
    return buckets.map((bucket): RateStatus => {
      if (bucket === undefined) return OPEN;
      const { rule, table, a, b, charge, wait, at } = bucket;
      if (!isRefused && wait === 0 && charge > 0) table.takeOne(a, b, charge, TOLERANCE, at);
      const ahead = table.ahead(a, b, at);
      const each = chargeOf(rule, 1);
      const remaining = Math.min(rule.requestsPerUnit, Math.floor((TOLERANCE - ahead) / each));
      this.#tell(domain, bucket, remaining);
      return {
        over: refuses(bucket),
        limit: rule,
        remaining: Math.max(0, remaining),
        resetMs: msOf(ahead, rule.unit),
        waitMs: msOf(wait, rule.unit),
      };
    });
  }

  #rulesFor(domain: string, descriptors: readonly RateDescriptor[]): readonly (RateRule | undefined)[] {
    const level = this.#domains.get(domain);
    if (level === undefined) return descriptors.map(() => undefined);
    const found = descriptors.map(({ entries, limit }) => {
      const rule = findRule(level, entries);
      return limit === undefined ? rule : { ...(rule ?? broughtAlong(domain)), ...limit };
    });
    const replaced = new Set(found.flatMap((rule) => rule?.replaces ?? []));
    return found.map((rule) =>
      rule !== undefined && rule.name !== '' && replaced.has(rule.name) ? undefined : rule,
    );
  }

  #bucketOf(domain: string, { entries, hits }: Hitting, rule: RateRule, now: number): Bucket {
    const hash = this.#hash;
    hash.of(domain);
    let { a, b } = hash;
    for (const { key, value } of entries) {
      for (const text of [key, value]) {
        hash.of(text);
        a = foldHash(a, hash.a, 1);
        b = foldHash(b, hash.b, 2);
      }
    }
    const table = this.#tableOf(rule.unit);
    const at = now * (TABLE_UNIT_MS / UNIT_MS[rule.unit]);
    const charge = chargeOf(rule, hits);
    const wait =
      hits > rule.requestsPerUnit
        ? Number.POSITIVE_INFINITY
        : Math.max(0, waitOf(table.ahead(a, b, at), charge, TOLERANCE));
    return { rule, table, a, b, charge, wait, at, hits };
  }

  #tableOf(unit: RateUnit): BucketTable {
    const table = this.#tables.get(unit) ?? new BucketTable(this.#options.capacity);
    this.#tables.set(unit, table);
    return table;
  }

  #tell(domain: string, { rule, wait, hits }: Bucket, remaining: number): void {
    const isNear = remaining < rule.requestsPerUnit * NEAR;
    const over = rule.shadow ? 'shadow_over_limit' : 'over_limit';
    const result = wait > 0 ? over : isNear ? 'near_limit' : 'within_limit';
    this.#options.onResult(domain, rule.id, result, hits);
  }
}

type Hitting = RateDescriptor & { readonly hits: number };

interface Bucket {
  readonly rule: RateRule;
  readonly hits: number;
  readonly table: BucketTable;
  readonly a: number;
  readonly b: number;
  /** Ticks, as are `wait` and the tolerance. */
  readonly charge: number;
  readonly wait: number;
  /** Now, in the time of the table. */
  readonly at: number;
}

/** Rounded down, so that all of a limit always fits. */
function chargeOf({ requestsPerUnit }: RateRule, hits: number): number {
  if (requestsPerUnit === 0 || hits === 0) return hits === 0 ? 0 : TOLERANCE;
  return Math.max(1, Math.floor((TOLERANCE * Math.min(hits, requestsPerUnit)) / requestsPerUnit));
}

function msOf(ticks: number, unit: RateUnit): number {
  return (ticks / TOLERANCE) * UNIT_MS[unit];
}

function broughtAlong(domain: string): Omit<RateRule, 'requestsPerUnit' | 'unit'> {
  return { id: `${domain}.override`, name: '', shadow: false, replaces: [] };
}
