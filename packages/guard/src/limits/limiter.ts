import { type HashKey, KeyHash } from '@aegis/model';
import { BucketCall } from '../buckets/bucket-call.ts';
import type { Buckets } from '../buckets/buckets.ts';
import { foldHash } from '../buckets/fold-hash.ts';
import { ticksToMs } from '../buckets/ticks.ts';
import type { GuardConfig } from '../config/guard-config.ts';
import type { RpcCost } from '../costs/rpc-costs.ts';
import type { Tally } from '../guard-counts.ts';
import { PLAIN_BAND } from '../trust/trust-bands.ts';
import { CHANNEL, DEVICE, DIMENSIONS, IP, RPC, USER, USER_CHANNEL } from './dimension.ts';
import { RateTable } from './rate-table.ts';

interface Method extends RpcCost {
  readonly a: number;
  readonly b: number;
}

/** Told of what was taken, for servers that share limits. Ticks. */
export type TakenListener = (a: number, b: number, charge: number, tolerance: number) => void;

/** How much of a bucket is there, for the RateLimit fields. */
export interface Quota {
  readonly name: string;
  /** Tokens of a full bucket, as this client has it. */
  readonly limit: number;
  readonly remaining: number;
  /** From empty to full, s. */
  readonly windowS: number;
  /** Until it is full, s. */
  readonly resetS: number;
}

/** Puts the buckets of one call together and draws on them. Holds the state of the call under way. */
export class Limiter {
  readonly buckets: Buckets;
  /** Of the user whom the call is about; see `begin`. */
  userHash = 0;
  onTaken: TakenListener | undefined;
  readonly #hash: KeyHash;
  readonly #call: BucketCall = new BucketCall();
  readonly #trial: BucketCall = new BucketCall();
  readonly #tally: Tally;
  #rates: RateTable;
  #enforced: readonly boolean[] = [];
  #methods: ReadonlyMap<string, Method> = new Map();
  #other: Method = { cost: 1, write: true, a: 0, b: 0 };
  #userHash2 = 0;
  #band = PLAIN_BAND;
  #times = 1;

  constructor(buckets: Buckets, key: HashKey, tally: Tally, config: GuardConfig) {
    this.buckets = buckets;
    this.#hash = new KeyHash(key);
    this.#tally = tally;
    this.#rates = new RateTable(config.limits);
    this.configure(config);
  }

  /** From now on, for live buckets as well. */
  configure({ limits, rpc }: GuardConfig): void {
    this.#rates = new RateTable(limits);
    this.#enforced = DIMENSIONS.map((name) => limits[name].enforce);
    const hashed = (name: string, cost: RpcCost): Method => {
      this.#hash.of(name);
      return { ...cost, a: this.#hash.a, b: this.#hash.b };
    };
    this.#methods = new Map(Object.entries(rpc.costs).map(([name, cost]) => [name, hashed(name, cost)]));
    // One bucket for all methods that nobody named: clients may make up as many as they like.
    this.#other = hashed('', rpc.other);
  }

  method(name: string): RpcCost {
    return this.#methods.get(name) ?? this.#other;
  }

  /** The call of a user. `band` and `times` multiply their limits. */
  begin(user: string, band: number, times: number): void {
    this.#hash.of(user);
    this.userHash = this.#hash.a;
    this.#userHash2 = this.#hash.b;
    this.#band = band;
    this.#times = times;
    this.#call.clear();
    this.#trial.clear();
  }

  user(tokens: number): void {
    this.#add(USER, this.userHash, this.#userHash2, tokens, this.#band, this.#times);
  }

  device(device: string, tokens: number): void {
    this.#hash.of(device);
    this.#addFolded(DEVICE, this.#hash.a, this.#hash.b, tokens);
  }

  rpc(method: string, tokens: number): void {
    const { a, b } = this.#methods.get(method) ?? this.#other;
    this.#addFolded(RPC, a, b, tokens);
  }

  channel(channel: string, tokens: number): void {
    this.#hash.of(channel);
    const { a, b } = this.#hash;
    this.#addFolded(USER_CHANNEL, a, b, tokens);
    // The room as a whole is nobody's: trust plays no part in it.
    this.#add(CHANNEL, foldHash(a, b, CHANNEL), b, tokens, PLAIN_BAND, 1);
  }

  /** The call of nobody in particular, from an address that seems to have so many users. */
  address(key: string, users: number): void {
    this.#call.clear();
    this.#trial.clear();
    this.#hash.of(key);
    const { a, b } = this.#hash;
    this.#add(IP, foldHash(a, b, IP), b, 1, PLAIN_BAND, users);
  }

  /** Takes from all or from none; the dimension that refused, or -1. */
  take(nowMs: number): number {
    const call = this.#call;
    const at = this.buckets.take(call, nowMs);
    if (at >= 0) {
      const dimension = call.labels[at] as number;
      this.#tally.trigger(dimension);
      return dimension;
    }
    // The first is the user's or the address's own.
    const left = (call.tolerances[0] as number) - (call.aheads[0] as number) - (call.charges[0] as number);
    if (left * 5 < (call.tolerances[0] as number)) this.#tally.nearLimit++;
    if (this.#trial.count > 0) this.#try(nowMs);
    if (this.onTaken !== undefined) this.#tell(this.onTaken);
    return -1;
  }

  /** After a refusal: when the call could pass, ms. */
  get waitMs(): number {
    return ticksToMs(this.#call.waitTicks);
  }

  /** What the buckets of the call that was put together last hold. */
  quotas(nowMs: number): readonly Quota[] {
    const { count, hashes, tags, labels, charges, tolerances } = this.#call;
    return Array.from({ length: count }, (_, i) => {
      const price = charges[i] as number;
      const tolerance = tolerances[i] as number;
      const ahead = this.buckets.ahead(hashes[i] as number, tags[i] as number, nowMs);
      return {
        name: DIMENSIONS[labels[i] as number] as string,
        limit: Math.floor(tolerance / price),
        remaining: Math.max(0, Math.floor((tolerance - ahead) / price)),
        windowS: Math.max(1, Math.ceil(ticksToMs(tolerance) / 1000)),
        resetS: Math.ceil(ticksToMs(ahead) / 1000),
      };
    });
  }

  #addFolded(dimension: number, a: number, b: number, tokens: number): void {
    const first = foldHash(this.userHash, a, dimension);
    const second = foldHash(this.#userHash2, b, dimension);
    this.#add(dimension, first, second, tokens, this.#band, this.#times);
  }

  #add(dimension: number, a: number, b: number, tokens: number, band: number, times: number): void {
    const charge = this.#rates.charge(dimension, band, tokens, times);
    const call = this.#enforced[dimension] === true ? this.#call : this.#trial;
    call.add(dimension, a, b, charge, this.#rates.tolerance(dimension));
  }

  #try(nowMs: number): void {
    const { count, hashes, tags, charges, tolerances } = this.#trial;
    for (let i = 0; i < count; i++) {
      const wait = this.buckets.takeOne(
        hashes[i] as number,
        tags[i] as number,
        charges[i] as number,
        tolerances[i] as number,
        nowMs,
      );
      if (wait > 0) this.#tally.notEnforced++;
    }
  }

  #tell(taken: TakenListener): void {
    const { count, hashes, tags, charges, tolerances } = this.#call;
    for (let i = 0; i < count; i++)
      taken(hashes[i] as number, tags[i] as number, charges[i] as number, tolerances[i] as number);
  }
}
