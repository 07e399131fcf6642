import { type Alert, alertOf } from './alert.ts';
import { addDrop, type Bucket, emptyBucket, passTime } from './bucket.ts';
import { BucketStore } from './bucket-store.ts';
import { compileCondition, type Predicate } from './compile-condition.ts';
import { EventView, type FieldView } from './event-view.ts';
import type { RuleEvent, Sighting } from './field-value.ts';
import type { Rule } from './rule.ts';
import { valueHash } from './value-hash.ts';

export interface ScenarioOptions {
  /** Buckets kept at most over all rules, see {@link BucketStore}; some 300 bytes each, more with `distinct`. Default 200,000. */
  readonly maxBuckets?: number;
  /** Told of every event that a rule is about, after it was counted. */
  readonly onDrop?: (drop: Drop) => void;
}

/** What an event did to a bucket. */
export interface Drop {
  readonly rule: Rule;
  readonly source: readonly string[];
  /** Of a sequence: steps taken. */
  readonly level: number;
  /** `passed_over`: its distinct value was in the bucket already, or it came too soon; `silent`: overflowed within the blackout. */
  readonly outcome: 'counted' | 'passed_over' | 'silent' | 'overflowed';
}

interface Compiled {
  readonly rule: Rule;
  readonly index: number;
  readonly fits: Predicate;
  readonly by: readonly FieldView[];
  readonly distinct: FieldView | undefined;
  readonly steps: readonly Predicate[];
}

/** Values remembered for `distinct` in one bucket at most, beyond the capacity. */
const DISTINCT_SLACK = 64;
/** Of a value that is grouped by or counted distinctly. */
const VALUE_LENGTH = 256;
/** Remembered of those who share a bucket. */
const MOST_CLIENTS = 32;

/**
 * Buckets on event time: the same over a live stream and over an old log, as long as no bucket had to go for want
 * of room. When a drop makes a bucket overflow it is reported and emptied. Events that come late (older than the last drop) count at the
 * time of the last drop.
 */
export class ScenarioEngine {
  readonly #view = new EventView();
  readonly #byKind: ReadonlyMap<RuleEvent['kind'], readonly Compiled[]>;
  readonly #buckets: BucketStore;
  readonly #onDrop: ((drop: Drop) => void) | undefined;

  constructor(rules: readonly Rule[], options: ScenarioOptions = {}) {
    const byKind = new Map<RuleEvent['kind'], Compiled[]>();
    for (const [index, rule] of rules.entries()) {
      const compiled = this.#compile(rule, index);
      for (const kind of rule.on) byKind.set(kind, [...(byKind.get(kind) ?? []), compiled]);
    }
    this.#byKind = byKind;
    this.#buckets = new BucketStore(options.maxBuckets ?? 200_000);
    this.#onDrop = options.onDrop;
  }

  get bucketCount(): number {
    return this.#buckets.size;
  }

  /** Buckets that had to go for want of room. */
  get evicted(): number {
    return this.#buckets.evicted;
  }

  observe(sighting: Sighting): readonly Alert[] {
    const compiled = this.#byKind.get(sighting.event.kind);
    if (compiled === undefined) return [];
    this.#view.show(sighting);
    const alerts: Alert[] = [];
    for (const each of compiled) {
      if (!each.fits()) continue;
      const alert = this.#drop(each, sighting);
      if (alert !== undefined) alerts.push(alert);
    }
    return alerts;
  }

  #compile(rule: Rule, index: number): Compiled {
    const { filling } = rule;
    const steps = filling.type === 'sequence' ? filling.steps : [];
    return {
      rule,
      index,
      fits: compileCondition(rule, this.#view),
      by: rule.by.map((field) => this.#view.field(field)),
      distinct: rule.distinct === undefined ? undefined : this.#view.field(rule.distinct),
      steps: steps.map((step) => compileCondition(step, this.#view)),
    };
  }

  #drop(compiled: Compiled, sighting: Sighting): Alert | undefined {
    const { rule, index, by, steps } = compiled;
    const { filling } = rule;
    const { at } = sighting.event;
    const values: string[] = [];
    for (const { value } of by) {
      if (value === undefined) return undefined;
      values.push(String(value).slice(0, VALUE_LENGTH));
    }
    const key = `${index}\n${values.join('\n')}`;
    // Only what fits the first step begins a sequence.
    if (steps.length > 0 && steps[0]?.() !== true && this.#buckets.get(key) === undefined) return undefined;
    const bucket = this.#buckets.use(key, at);
    passTime(bucket, filling, at);
    if (steps.length > 0 && steps[bucket.step]?.() !== true) return undefined;
    if (bucket.count === 0) bucket.since = at;
    const outcome = count(compiled, bucket, sighting);
    this.#onDrop?.({
      rule,
      source: values,
      level: filling.type === 'sequence' ? bucket.step : bucket.level,
      outcome,
    });
    if (outcome === 'silent') emptyBucket(bucket, at);
    if (outcome !== 'overflowed') return undefined;
    const alert = alertOf(rule, bucket, sighting, values);
    bucket.silentUntil = at + rule.blackout;
    emptyBucket(bucket, at);
    return alert;
  }
}

function count({ rule, distinct }: Compiled, bucket: Bucket, { event, client }: Sighting): Drop['outcome'] {
  const { filling, apart, by } = rule;
  if (apart !== undefined && event.at - bucket.countedAt < apart) return 'passed_over';
  if (distinct !== undefined) {
    bucket.seen ??= new Set();
    const hash = valueHash(String(distinct.value).slice(0, VALUE_LENGTH));
    if (bucket.seen.has(hash)) return 'passed_over';
    const most = DISTINCT_SLACK + ('capacity' in filling ? filling.capacity : 0);
    if (bucket.seen.size < most) bucket.seen.add(hash);
  }
  if (client !== undefined && !by.includes('client')) {
    bucket.clients ??= new Set();
    if (bucket.clients.size < MOST_CLIENTS) bucket.clients.add(client);
  }
  bucket.countedAt = event.at;
  if (!addDrop(bucket, filling)) return 'counted';
  return event.at < bucket.silentUntil ? 'silent' : 'overflowed';
}
