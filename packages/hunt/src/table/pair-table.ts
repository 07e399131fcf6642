import type { Random, Timestamp } from '@aegis/model';
import { HostTable } from './host-table.ts';
import { NO_SLOT, TimePool } from './time-pool.ts';

export interface PairTableOptions {
  /** Pairs held at most; each costs about 90 bytes and 4 more for every time that is kept of it. */
  readonly mostPairs: number;
  /** Times held at most by all pairs together, 4 bytes each. */
  readonly mostTimes: number;
  readonly random: Random;
}

/** What is known of one pair: a source, a destination, its port and protocol. */
export interface Pair {
  readonly source: number;
  readonly destination: number;
  readonly port: number;
  /** Index in FLOW_PROTOCOLS. */
  readonly protocol: number;
  readonly flows: number;
  readonly first: Timestamp;
  readonly last: Timestamp;
  readonly sentMean: number;
  /** Standard deviation. */
  readonly sentSpread: number;
  readonly receivedMean: number;
  readonly longestMs: number;
  readonly totalMs: number;
}

/** How far times may lie before the first flow that came: 24.8 days, and as far after it. */
const BEFORE_FIRST_MS = 2 ** 31;
const RANGE_MS = 2 ** 32;
const EMPTY = 0;

/**
 * Every pair with counts, sizes and its latest times, in typed arrays. Flows may come in any order. A flow outside of
 * the 49 days that times can tell is refused; `forget` moves them on.
 */
export class PairTable {
  readonly #options: PairTableOptions;
  readonly #seed: number;
  hosts: HostTable;
  #times: TimePool;
  #base = Number.NaN;
  #size = 0;
  #source: Uint32Array;
  #destination: Uint32Array;
  /** Port << 8 | protocol. */
  #service: Uint32Array;
  #flows: Uint32Array;
  #first: Uint32Array;
  #last: Uint32Array;
  #slot: Uint32Array;
  #kept: Uint16Array;
  #sentMean: Float32Array;
  #sentSquares: Float32Array;
  #receivedMean: Float32Array;
  #longest: Float32Array;
  #total: Float32Array;
  /** Flows when the pair was last looked at by `changed`. */
  #seen: Uint32Array;
  /** Pair + 1 by hash, linear probing, at most half full. */
  #index: Uint32Array;

  constructor(options: PairTableOptions) {
    this.#options = options;
    this.#seed = Math.floor(options.random.next() * 2 ** 32);
    this.hosts = new HostTable(options.random);
    this.#times = new TimePool(options.mostTimes);
    const capacity = 1024;
    this.#source = new Uint32Array(capacity);
    this.#destination = new Uint32Array(capacity);
    this.#service = new Uint32Array(capacity);
    this.#flows = new Uint32Array(capacity);
    this.#first = new Uint32Array(capacity);
    this.#last = new Uint32Array(capacity);
    this.#slot = new Uint32Array(capacity);
    this.#kept = new Uint16Array(capacity);
    this.#sentMean = new Float32Array(capacity);
    this.#sentSquares = new Float32Array(capacity);
    this.#receivedMean = new Float32Array(capacity);
    this.#longest = new Float32Array(capacity);
    this.#total = new Float32Array(capacity);
    this.#seen = new Uint32Array(capacity);
    this.#index = new Uint32Array(capacity * 2);
  }

  get size(): number {
    return this.#size;
  }

  /** Of every array, hosts and times as well. */
  get bytes(): number {
    const columns = this.#columns().reduce((sum, column) => sum + column.byteLength, 0);
    return columns + this.#index.byteLength + this.#times.bytes + this.hosts.bytes;
  }

  /** The pair's index, or -1 where its time is out of range. `source` and `destination` are ids of `hosts`. */
  add(
    source: number,
    destination: number,
    port: number,
    protocol: number,
    at: Timestamp,
    durationMs: number,
    sentBytes: number,
    receivedBytes: number,
  ): number {
    if (Number.isNaN(this.#base)) this.#base = Math.floor(at) - BEFORE_FIRST_MS;
    const time = Math.round(at - this.#base);
    if (!(time >= 0 && time < RANGE_MS)) return -1;
    if (this.#size >= this.#options.mostPairs) this.#makeRoom();
    const pair = this.#find(source, destination, (port << 8) | protocol, time);
    const flows = (this.#flows[pair] as number) + 1;
    this.#flows[pair] = flows;
    if (time < (this.#first[pair] as number)) this.#first[pair] = time;
    if (time > (this.#last[pair] as number)) this.#last[pair] = time;
    const before = this.#sentMean[pair] as number;
    const mean = before + (sentBytes - before) / flows;
    this.#sentMean[pair] = mean;
    this.#sentSquares[pair] = (this.#sentSquares[pair] as number) + (sentBytes - before) * (sentBytes - mean);
    this.#receivedMean[pair] =
      (this.#receivedMean[pair] as number) + (receivedBytes - (this.#receivedMean[pair] as number)) / flows;
    if (durationMs > (this.#longest[pair] as number)) this.#longest[pair] = durationMs;
    this.#total[pair] = (this.#total[pair] as number) + durationMs;
    if (flows > 1) this.#keep(pair, time, flows);
    return pair;
  }

  pair(index: number): Pair {
    const flows = this.#flows[index] as number;
    const service = this.#service[index] as number;
    return {
      source: this.#source[index] as number,
      destination: this.#destination[index] as number,
      port: service >>> 8,
      protocol: service & 255,
      flows,
      first: this.#base + (this.#first[index] as number),
      last: this.#base + (this.#last[index] as number),
      sentMean: this.#sentMean[index] as number,
      sentSpread: Math.sqrt(Math.max(0, this.#sentSquares[index] as number) / flows),
      receivedMean: this.#receivedMean[index] as number,
      longestMs: this.#longest[index] as number,
      totalMs: this.#total[index] as number,
    };
  }

  source(index: number): number {
    return this.#source[index] as number;
  }

  destination(index: number): number {
    return this.#destination[index] as number;
  }

  /** Port << 8 | protocol. */
  service(index: number): number {
    return this.#service[index] as number;
  }

  flows(index: number): number {
    return this.#flows[index] as number;
  }

  /** Whether anything came back from the destination. */
  wasAnswered(index: number): boolean {
    return (this.#receivedMean[index] as number) > 0;
  }

  /** The times that are kept of it, ascending: all of them up to 256, then the latest that came. */
  times(index: number): Float64Array {
    const slot = this.#slot[index] as number;
    if (slot === NO_SLOT) return Float64Array.of(this.#base + (this.#first[index] as number));
    const kept = this.#kept[index] as number;
    const times = new Float64Array(kept);
    for (let i = 0; i < kept; i++) times[i] = this.#base + this.#times.get(slot, i);
    return times.sort();
  }

  /** Whether flows came since it was asked last. */
  changed(index: number): boolean {
    const changed = this.#seen[index] !== this.#flows[index];
    this.#seen[index] = this.#flows[index] as number;
    return changed;
  }

  /** Lets go of pairs last seen before this, and of hosts that then have none. Returns how many pairs went. */
  forget(before: Timestamp): number {
    const limit = before - this.#base;
    const old = this.#size;
    if (!this.#last.subarray(0, old).some((last) => last < limit)) return 0;
    this.#retain((pair) => (this.#last[pair] as number) >= limit);
    return old - this.#size;
  }

  /**
   * Everything as bytes, or of the pairs of `keep` only. Read by `restore` on a machine of the same byte order.
   */
  snapshot(keep: (pair: number) => boolean = () => true): Uint8Array {
    const pairs: number[] = [];
    let words = 0;
    for (let pair = 0; pair < this.#size; pair++) {
      if (!keep(pair)) continue;
      pairs.push(pair);
      words += ROW_WORDS + (this.#slot[pair] === NO_SLOT ? 0 : (this.#kept[pair] as number));
    }
    const out = new Uint32Array(HEADER_WORDS + words);
    out[0] = MAGIC;
    out[1] = pairs.length;
    new Float64Array(out.buffer, 8, 1)[0] = this.#base;
    const floats = new Float32Array(out.buffer);
    let at = HEADER_WORDS;
    for (const pair of pairs) at = this.#write(pair, out, floats, at);
    return new Uint8Array(out.buffer);
  }

  /** A table with what a snapshot holds; undefined where it is none, or is damaged. */
  static restore(snapshot: Uint8Array, options: PairTableOptions): PairTable | undefined {
    if (snapshot.byteLength < HEADER_WORDS * 4 || snapshot.byteLength % 4 !== 0) return undefined;
    // A copy: views need an offset that is a multiple of 8.
    const { buffer } = new Uint8Array(snapshot);
    const words = new Uint32Array(buffer);
    const table = new PairTable(options);
    if (words[0] !== MAGIC) return undefined;
    table.#base = new Float64Array(buffer, 8, 1)[0] as number;
    return table.#readAll(words, new Float32Array(buffer), options.mostPairs) ? table : undefined;
  }

  #find(source: number, destination: number, service: number, time: number): number {
    const mask = this.#index.length - 1;
    let slot = this.#hash(source, destination, service) & mask;
    for (;;) {
      const found = this.#index[slot] as number;
      if (found === EMPTY) break;
      const pair = found - 1;
      if (
        this.#source[pair] === source &&
        this.#destination[pair] === destination &&
        this.#service[pair] === service >>> 0
      )
        return pair;
      slot = (slot + 1) & mask;
    }
    if (this.#size * 2 >= this.#index.length) {
      this.#grow();
      return this.#find(source, destination, service, time);
    }
    const pair = this.#size++;
    this.#index[slot] = pair + 1;
    this.#source[pair] = source;
    this.#destination[pair] = destination;
    this.#service[pair] = service;
    this.#first[pair] = time;
    this.#last[pair] = time;
    this.#slot[pair] = NO_SLOT;
    return pair;
  }

  #hash(source: number, destination: number, service: number): number {
    let hash = Math.imul(source ^ this.#seed, 0x9e3779b1);
    hash = Math.imul(hash ^ destination ^ (hash >>> 15), 0x85ebca6b);
    hash = Math.imul(hash ^ service ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  #keep(pair: number, time: number, flows: number): void {
    let slot = this.#slot[pair] as number;
    if (slot === NO_SLOT) {
      slot = this.#times.take(4);
      if (slot === NO_SLOT) return;
      this.#slot[pair] = slot;
      const first = this.#first[pair] as number;
      this.#times.set(slot, 0, first === time ? (this.#last[pair] as number) : first);
      this.#times.set(slot, 1, time);
      this.#kept[pair] = 2;
      return;
    }
    let kept = this.#kept[pair] as number;
    let capacity = this.#times.capacity(slot);
    if (kept === capacity && capacity < MOST_KEPT) {
      slot = this.#times.grow(slot);
      this.#slot[pair] = slot;
      capacity = this.#times.capacity(slot);
    }
    if (kept < capacity) {
      this.#times.set(slot, kept++, time);
      this.#kept[pair] = kept;
    } else this.#times.set(slot, flows % capacity, time);
  }

  /**
   * Lets a quarter of the pairs go: those with the fewest flows, of these the oldest. Sources made up by the million
   * have one flow each, and push out each other rather than what has been seen for long.
   */
  #makeRoom(): void {
    const worth = (pair: number): number =>
      Math.min(this.#flows[pair] as number, 16) * RANGE_MS + (this.#last[pair] as number);
    const { random } = this.#options;
    const sample = Float64Array.from({ length: 4096 }, () => worth(Math.floor(random.next() * this.#size)));
    const threshold = sample.sort()[1024] as number;
    let room = this.#size >>> 1;
    this.#retain((pair) => worth(pair) > threshold || room-- <= 0);
    // All alike: let the first quarter go.
    if (this.#size >= this.#options.mostPairs) {
      let quarter = this.#size >>> 2;
      this.#retain(() => quarter-- <= 0);
    }
  }

  #retain(keep: (pair: number) => boolean): void {
    const kept = PairTable.restore(this.snapshot(keep), this.#options);
    if (kept === undefined) return;
    this.hosts = kept.hosts;
    this.#times = kept.#times;
    this.#base = kept.#base;
    this.#size = kept.#size;
    this.#index = kept.#index;
    this.#take(kept.#columns());
  }

  #grow(): void {
    const capacity = this.#index.length;
    this.#take(
      this.#columns().map((column) => {
        const larger = new (column.constructor as Uint32ArrayConstructor)(capacity);
        larger.set(column as Uint32Array);
        return larger;
      }),
    );
    this.#index = new Uint32Array(capacity * 2);
    const mask = this.#index.length - 1;
    for (let pair = 0; pair < this.#size; pair++) {
      const source = this.#source[pair] as number;
      let slot =
        this.#hash(source, this.#destination[pair] as number, this.#service[pair] as number) & mask;
      while (this.#index[slot] !== EMPTY) slot = (slot + 1) & mask;
      this.#index[slot] = pair + 1;
    }
  }

  #columns(): readonly Column[] {
    return [
      this.#source,
      this.#destination,
      this.#service,
      this.#flows,
      this.#first,
      this.#last,
      this.#slot,
      this.#seen,
      this.#kept,
      this.#sentMean,
      this.#sentSquares,
      this.#receivedMean,
      this.#longest,
      this.#total,
    ];
  }

  /** In the order of `#columns`. */
  #take(columns: readonly Column[]): void {
    const [source, destination, service, flows, first, last, slot, seen] =
      columns as unknown as readonly [Words, Words, Words, Words, Words, Words, Words, Words];
    const [sentMean, sentSquares, receivedMean, longest, total] = columns.slice(9) as unknown as readonly [Numbers, Numbers, Numbers, Numbers, Numbers];
    this.#source = source;
    this.#destination = destination;
    this.#service = service;
    this.#flows = flows;
    this.#first = first;
    this.#last = last;
    this.#slot = slot;
    this.#seen = seen;
    this.#kept = columns[8] as Uint16Array;
    this.#sentMean = sentMean;
    this.#sentSquares = sentSquares;
    this.#receivedMean = receivedMean;
    this.#longest = longest;
    this.#total = total;
  }

  #write(pair: number, out: Uint32Array, floats: Float32Array, start: number): number {
    let at = start;
    for (const host of [this.#source[pair] as number, this.#destination[pair] as number]) {
      for (let i = 0; i < 4; i++) out[at++] = this.hosts.word(host, i);
      out[at++] = this.hosts.flags(host);
    }
    for (const column of [this.#service, this.#flows, this.#first, this.#last])
      out[at++] = column[pair] as number;
    for (const column of [
      this.#sentMean,
      this.#sentSquares,
      this.#receivedMean,
      this.#longest,
      this.#total,
    ])
      floats[at++] = column[pair] as number;
    const slot = this.#slot[pair] as number;
    const kept = slot === NO_SLOT ? 0 : (this.#kept[pair] as number);
    out[at++] = kept;
    for (let i = 0; i < kept; i++) out[at++] = this.#times.get(slot, i);
    return at;
  }

  #readAll(words: Uint32Array, floats: Float32Array, most: number): boolean {
    let at = HEADER_WORDS;
    const pairs = words[1] as number;
    if (pairs > most || (pairs > 0 && Number.isNaN(this.#base))) return false;
    const next = (): number => words[at++] as number;
    for (let n = 0; n < pairs; n++) {
      if (at + ROW_WORDS > words.length) return false;
      const hosts = [0, 1].map(() => {
        const id = this.hosts.intern(next(), next(), next(), next());
        this.hosts.mark(id, next());
        return id;
      });
      const [service, flows, first] = [next(), next(), next()];
      const pair = this.#find(hosts[0] as number, hosts[1] as number, service, first);
      this.#flows[pair] = flows;
      this.#last[pair] = next();
      for (const column of [
        this.#sentMean,
        this.#sentSquares,
        this.#receivedMean,
        this.#longest,
        this.#total,
      ])
        column[pair] = floats[at++] as number;
      const kept = next();
      if (kept > MOST_KEPT || at + kept > words.length) return false;
      const slot = kept === 0 ? NO_SLOT : this.#times.take(kept);
      this.#slot[pair] = slot;
      this.#kept[pair] = slot === NO_SLOT ? 0 : kept;
      for (let i = 0; i < kept; i++) {
        const time = next();
        if (slot !== NO_SLOT) this.#times.set(slot, i, time);
      }
    }
    return at === words.length;
  }
}

type Column = Uint32Array | Uint16Array | Float32Array;
type Words = Uint32Array;
type Numbers = Float32Array;

const MAGIC = 0x4148_4e32;
const HEADER_WORDS = 4;
/** Two hosts of five words, four counts and times, five numbers, the number of times. */
const ROW_WORDS = 20;
const MOST_KEPT = 256;
