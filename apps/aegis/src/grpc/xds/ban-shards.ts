import { createHash } from 'node:crypto';
import { type Decision, Prefix, type Scope, type Timestamp } from '@aegis/model';
import { banFilter, rangeField } from './ban-filter.ts';
import type { ResourceSet } from './delta-subscription.ts';
import type { DeltaResource } from './discovery-messages.ts';

export interface BanShardsOptions {
  readonly count: number;
  /** Everything in force that enforcers may have. */
  readonly inForce: () => Iterable<Decision>;
  /** Those of them about exactly this. */
  readonly on: (scope: Scope, value: string) => readonly Decision[];
  readonly now: () => Timestamp;
}

/** Ranges of one shard, bytes: below what fits into one response. */
const SHARD_BYTES = 3_500_000;

/** A shard: what is banned, each as it is written. */
type Shard = Map<Prefix, Buffer>;

/**
 * The banned addresses and ranges in a fixed number of resources, `aegis-bans-0` and so on, by a hash of the prefix:
 * a new ban makes one of them anew and leaves the others what they are. A resource never goes away; one without bans
 * lets everybody pass. Versions come from the content, so that a node that was restarted pushes nothing twice.
 */
export class BanShards implements ResourceSet {
  readonly #options: BanShardsOptions;
  readonly #shards: readonly Shard[];
  readonly #resources: (DeltaResource | undefined)[];
  #allowed: ReadonlySet<Prefix> = new Set();
  readonly #omitted: number[];

  constructor(options: BanShardsOptions) {
    this.#options = options;
    this.#shards = Array.from({ length: options.count }, () => new Map());
    this.#resources = this.#shards.map(() => undefined);
    this.#omitted = this.#shards.map(() => 0);
    this.layAnew();
  }

  /** Bans that no shard has room for. */
  get omitted(): number {
    return this.#omitted.reduce((sum, each) => sum + each, 0);
  }

  names(): readonly string[] {
    return this.#shards.map((_, index) => nameOf(index));
  }

  get(name: string): DeltaResource | undefined {
    const index = this.names().indexOf(name);
    if (index < 0) return undefined;
    this.#resources[index] ??= this.#build(index);
    return this.#resources[index];
  }

  /** Everything from the decisions in force. */
  layAnew(): void {
    const now = this.#options.now();
    const banned = new Set<Prefix>();
    const allowed = new Set<Prefix>();
    for (const decision of this.#options.inForce()) {
      const prefix = prefixOf(decision);
      if (prefix === undefined || decision.expires <= now) continue;
      if (decision.action === 'ban') banned.add(prefix);
      else if (decision.action === 'allow') allowed.add(prefix);
    }
    this.#allowed = allowed;
    for (const shard of this.#shards) shard.clear();
    for (const prefix of banned) this.#shardOf(prefix).set(prefix, rangeField(prefix));
    this.#resources.fill(undefined);
  }

  /** After a decision was made, extended, lifted or has ended: whether anything here is another than before. */
  touch(decision: Decision): boolean {
    const prefix = prefixOf(decision);
    if (prefix === undefined) return false;
    const actions = this.#standingOn(prefix);
    if (actions.has('allow') !== this.#allowed.has(prefix)) {
      this.layAnew();
      return true;
    }
    const shard = this.#shardOf(prefix);
    const isBanned = actions.has('ban');
    if (isBanned === shard.has(prefix)) return false;
    if (isBanned) shard.set(prefix, rangeField(prefix));
    else shard.delete(prefix);
    this.#resources[this.#shards.indexOf(shard)] = undefined;
    return true;
  }

  #standingOn(prefix: Prefix): ReadonlySet<string> {
    const { on, now } = this.#options;
    const time = now();
    const [address = ''] = prefix.split('/');
    const full = Prefix.parts(prefix).length === (address.includes(':') ? 128 : 32);
    return new Set(
      [...on('range', prefix), ...(full ? on('ip', address) : [])]
        .filter(({ expires }) => expires > time)
        .map(({ action }) => action),
    );
  }

  #build(index: number): DeltaResource {
    const shard = this.#shards[index] as Shard;
    const name = nameOf(index);
    const allowed = [...this.#allowed].sort().map(rangeField);
    let room = SHARD_BYTES - bytesOf(allowed);
    const banned: Buffer[] = [];
    const lengths = allowedLengths(this.#allowed);
    let omitted = 0;
    for (const prefix of [...shard.keys()].sort()) {
      // An allowance wins over every ban, also over one of a longer prefix.
      if (this.#isAllowed(prefix, lengths)) continue;
      const range = shard.get(prefix) as Buffer;
      room -= range.length;
      if (room < 0) omitted++;
      else banned.push(range);
    }
    this.#omitted[index] = omitted;
    const bytes = banFilter(name, banned, allowed);
    return { name, bytes, version: createHash('sha256').update(bytes).digest('hex').slice(0, 32) };
  }

  #isAllowed(prefix: Prefix, lengths: readonly number[]): boolean {
    const [address = '', length] = prefix.split('/');
    return lengths.some((shorter) => {
      if (shorter > Number(length)) return false;
      const parent = Prefix.parse(`${address}/${shorter}`);
      return parent.ok && this.#allowed.has(parent.value);
    });
  }

  #shardOf(prefix: Prefix): Shard {
    // FNV-1a (RFC draft-eastlake-fnv), 32 bits.
    let hash = 0x811c9dc5;
    for (let at = 0; at < prefix.length; at++) hash = Math.imul(hash ^ prefix.charCodeAt(at), 0x01000193);
    return this.#shards[(hash >>> 0) % this.#shards.length] as Shard;
  }
}

function nameOf(index: number): string {
  return `aegis-bans-${index}`;
}

function prefixOf({ scope, value }: Decision): Prefix | undefined {
  if (scope === 'range') return value as Prefix;
  return scope === 'ip' ? (`${value}/${value.includes(':') ? 128 : 32}` as Prefix) : undefined;
}

function allowedLengths(allowed: ReadonlySet<Prefix>): readonly number[] {
  return [...new Set([...allowed].map((prefix) => Prefix.parts(prefix).length))];
}

function bytesOf(fields: readonly Buffer[]): number {
  return fields.reduce((sum, { length }) => sum + length, 0);
}
