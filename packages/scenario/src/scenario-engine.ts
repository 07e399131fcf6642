import type { Timestamp } from '@aegis/model';
import { type Alert, alertOf } from './alert.ts';
import { addDrop, type Bucket, emptyBucket, holdsAt, passTime } from './bucket.ts';
import { BucketStore } from './bucket-store.ts';
import { compileCondition, type Predicate } from './compile-condition.ts';
import { EventView, type FieldView } from './event-view.ts';
import type { RuleEvent, Sighting } from './field-value.ts';
import { bucketOf, type KeptBucket, keptBucket } from './kept-bucket.ts';
import type { Rule } from './rule.ts';
import { rulePrint } from './rule-print.ts';
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
  readonly print: number;
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
  readonly #byIndex: readonly Compiled[];
  readonly #byName: ReadonlyMap<string, Compiled>;
  readonly #byKind: ReadonlyMap<RuleEvent['kind'], readonly Compiled[]>;
  readonly #buckets: BucketStore;
  readonly #onDrop: ((drop: Drop) => void) | undefined;
  #drops = 0;
  /** Event time of the latest event. */
  #latest: Timestamp = Number.NEGATIVE_INFINITY;

  constructor(rules: readonly Rule[], options: ScenarioOptions = {}) {
    const byKind = new Map<RuleEvent['kind'], Compiled[]>();
    const all = rules.map((rule, index) => this.#compile(rule, index));
    this.#byIndex = all;
    this.#byName = new Map(all.map((compiled) => [compiled.rule.name, compiled]));
    for (const compiled of all) {
      for (const kind of compiled.rule.on) byKind.set(kind, [...(byKind.get(kind) ?? []), compiled]);
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

  /** Drops there were, into any bucket. */
  get drops(): number {
    return this.#drops;
  }

  /**
   * The buckets that hold something, to be kept outside. Each is as it is when its turn comes; between two the engine
   * may be used. `now` bounds what events said of the time: a bucket that is over by then is not told.
   */
  *kept(now: Timestamp): IterableIterator<KeptBucket> {
    const at = Math.min(now, this.#latest);
    for (const [key, bucket, established] of this.#buckets.all()) {
      const end = key.indexOf('\n');
      const compiled = this.#byIndex[Number(key.slice(0, end))];
      if (compiled === undefined || !holdsAt(bucket, compiled.rule, at)) continue;
      const { rule, print } = compiled;
      yield keptBucket(bucket, { rule: rule.name, print, of: key.slice(end + 1) }, established);
    }
  }

  /**
   * Takes up what {@link kept} told of another engine, as if it were filled now for the first time. Returns whether there
   * is a rule for it, the same as it was then.
   */
  takeUp(kept: KeptBucket): boolean {
    const compiled = this.#byName.get(kept.rule);
    if (compiled === undefined || compiled.print !== kept.print) return false;
    this.#buckets.put(`${compiled.index}\n${kept.of}`, bucketOf(kept), kept.again === true);
    this.#latest = Math.max(this.#latest, kept.at);
    return true;
  }

  observe(sighting: Sighting): readonly Alert[] {
    const compiled = this.#byKind.get(sighting.event.kind);
    if (compiled === undefined) return [];
    this.#latest = Math.max(this.#latest, sighting.event.at);
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
      print: rulePrint(rule),
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
    this.#drops += 1;
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
