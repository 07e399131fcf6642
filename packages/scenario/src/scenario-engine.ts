import type { Address, Detection, Observation, Timestamp } from '@aegis/model';
import { fieldOf, matches } from './condition.ts';
import type { Rule } from './rule.ts';

export interface ScenarioOptions {
  /** Buckets kept at most over all rules; the longest unused goes first. About 300 bytes each, more with `distinct`. */
  readonly maxBuckets?: number;
}

/** A detection together with the rule that made it, so that the caller can propose what the rule proposes. */
export interface ScenarioDetection {
  readonly rule: Rule;
  readonly detection: Detection;
}

interface Bucket {
  level: number;
  /** Event time of the last drop. */
  at: Timestamp;
  /** Event time of the first drop since the bucket was last empty, and how many since. */
  since: Timestamp;
  count: number;
  /** No report before this event time. */
  silentUntil: Timestamp;
  readonly seen: Set<string>;
}

/** Values remembered for `distinct` in one bucket at most, beyond the capacity. */
const DISTINCT_SLACK = 64;
const DISTINCT_LENGTH = 256;

/**
 * Leaky buckets on event time: the same over a live stream and over an old log. A bucket leaks one drop in
 * `leak`; it fires when a drop makes it hold more than `capacity`, then it is emptied. Observations that come
 * late (older than the last drop) count at the time of the last drop.
 */
export class ScenarioEngine {
  readonly #rules: readonly Rule[];
  readonly #maxBuckets: number;
  /** In order of use: the first is the longest unused. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(rules: readonly Rule[], options: ScenarioOptions = {}) {
    this.#rules = rules;
    this.#maxBuckets = options.maxBuckets ?? 200_000;
  }

  get bucketCount(): number {
    return this.#buckets.size;
  }

  observe(client: Address, observation: Observation, session?: string): readonly ScenarioDetection[] {
    const fired: ScenarioDetection[] = [];
    for (const rule of this.#rules) {
      if (rule.on !== observation.kind || !matches(observation, rule.where)) continue;
      const bucket = this.#bucket(rule, client, observation);
      if (!drop(bucket, rule, observation) || observation.at < bucket.silentUntil) continue;
      fired.push({ rule, detection: detectionOf(rule, bucket, client, observation, session) });
      bucket.silentUntil = observation.at + rule.blackout;
      empty(bucket, observation.at);
    }
    return fired;
  }

  #bucket(rule: Rule, client: Address, observation: Observation): Bucket {
    const part =
      rule.per === undefined ? '' : String(fieldOf(observation, rule.per)).slice(0, DISTINCT_LENGTH);
    const key = `${rule.name}\n${client}\n${part}`;
    const known = this.#buckets.get(key);
    this.#buckets.delete(key);
    const { at } = observation;
    const bucket = known ?? {
      level: 0,
      at,
      since: at,
      count: 0,
      silentUntil: Number.NEGATIVE_INFINITY,
      seen: new Set(),
    };
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > this.#maxBuckets) {
      this.#buckets.delete(this.#buckets.keys().next().value as string);
    }
    return bucket;
  }
}

/** Whether the bucket overflows. */
function drop(bucket: Bucket, rule: Rule, observation: Observation): boolean {
  const elapsed = Math.max(0, observation.at - bucket.at);
  bucket.level = Math.max(0, bucket.level - elapsed / rule.leak);
  bucket.at = Math.max(bucket.at, observation.at);
  if (bucket.level === 0) empty(bucket, observation.at);
  if (rule.distinct !== undefined) {
    const value = String(fieldOf(observation, rule.distinct)).slice(0, DISTINCT_LENGTH);
    if (bucket.seen.has(value)) return false;
    if (bucket.seen.size < rule.capacity + DISTINCT_SLACK) bucket.seen.add(value);
  }
  bucket.level += 1;
  bucket.count += 1;
  return bucket.level > rule.capacity;
}

function empty(bucket: Bucket, at: Timestamp): void {
  bucket.level = 0;
  bucket.since = at;
  bucket.count = 0;
  bucket.seen.clear();
}

function detectionOf(
  rule: Rule,
  { count, since }: Bucket,
  client: Address,
  observation: Observation,
  session: string | undefined,
): Detection {
  const seconds = Math.max(1, Math.round((observation.at - since) / 1_000));
  const counted =
    rule.distinct === undefined ? 'times' : `different ${rule.distinct.replaceAll('_', ' ')} values`;
  return {
    rule: `scenario/${rule.name}`,
    attackType: rule.attack_type,
    client,
    ...(session === undefined ? {} : { session }),
    at: observation.at,
    confidence: rule.confidence,
    techniques: rule.techniques,
    evidence: [
      {
        place: 'behaviour',
        part: rule.name,
        text: sampleOf(observation),
        why: `${rule.about}: ${count} ${counted} in ${seconds} s, more than ${rule.capacity}`,
      },
    ],
  };
}

function sampleOf(observation: Observation): string {
  switch (observation.kind) {
    case 'http':
      return `${observation.method} ${observation.target}`.slice(0, 200);
    case 'login':
      return observation.username.slice(0, 200);
    case 'command':
      return observation.input.slice(0, 200);
    case 'download':
      return observation.url.slice(0, 200);
  }
}
