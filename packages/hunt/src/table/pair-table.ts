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
const DAY_MS = 86_400_000;
const RANGE_MS = 2 ** 32;
const EMPTY = 0;

/**
 * Every pair with counts, sizes and its latest times, in typed arrays. Flows may come in any order. A flow outside of
 * the 49 days that times can tell is refused; `forget` moves them on.
 */
export class PairTable {
  readonly #options: PairTableOptions;
  #seed: number;
  hosts: HostTable;
  #times: TimePool;
  #base = Number.NaN;
  #size = 0;
  /** A row of 64 bytes for each pair, one line of a processor's cache; `#numbers` are the same bytes. */
  #rows: Uint32Array;
  #numbers: Float32Array;
  /** Pair + 1 by hash, linear probing, at most half full. */
  #index: Uint32Array;

  constructor(options: PairTableOptions) {
    this.#options = options;
    this.#seed = Math.floor(options.random.next() * 2 ** 32);
    this.hosts = new HostTable(options.random);
    this.#times = new TimePool(options.mostTimes);
    this.#rows = new Uint32Array(FIRST_CAPACITY * ROW);
    this.#numbers = new Float32Array(this.#rows.buffer);
    this.#index = new Uint32Array(FIRST_CAPACITY * 2);
  }

  get size(): number {
    return this.#size;
  }

  /** Of every array, hosts and times as well. */
  get bytes(): number {
    return this.#rows.byteLength + this.#index.byteLength + this.#times.bytes + this.hosts.bytes;
  }

  /**
   * Whether its time is in range. `source` and `destination` are ids of `hosts`, which hold until the next `add`: it
   * may make room.
   */
  add(
    source: number,
    destination: number,
    port: number,
    protocol: number,
    at: Timestamp,
    durationMs: number,
    sentBytes: number,
    receivedBytes: number,
  ): boolean {
    if (Number.isNaN(this.#base)) this.#base = Math.floor(at) - BEFORE_FIRST_MS;
    const time = Math.round(at - this.#base);
    const inRange = time >= 0 && time < RANGE_MS;
    if (inRange) this.#count(source, destination, port, protocol, time, durationMs, sentBytes, receivedBytes);
    const { mostPairs } = this.#options;
    if (this.#size > mostPairs) this.#makeRoom();
    // Hosts of refused flows have no pairs.
    else if (this.hosts.size > 2 * mostPairs + FIRST_CAPACITY) this.#retain(() => true);
    return inRange;
  }

  #count(
    source: number,
    destination: number,
    port: number,
    protocol: number,
    time: number,
    durationMs: number,
    sentBytes: number,
    receivedBytes: number,
  ): void {
    const pair = this.#find(source, destination, (port << 8) | protocol, time);
    const row = pair * ROW;
    const rows = this.#rows;
    const numbers = this.#numbers;
    const flows = (rows[row + FLOWS] as number) + 1;
    rows[row + FLOWS] = flows;
    if (time < (rows[row + FIRST] as number)) rows[row + FIRST] = time;
    if (time > (rows[row + LAST] as number)) rows[row + LAST] = time;
    const before = numbers[row + SENT_MEAN] as number;
    const mean = before + (sentBytes - before) / flows;
    const received = numbers[row + RECEIVED_MEAN] as number;
    numbers[row + SENT_MEAN] = mean;
    // Welford's sum of squares about the mean.
    numbers[row + SENT_SQUARES] =
      (numbers[row + SENT_SQUARES] as number) + (sentBytes - before) * (sentBytes - mean);
    numbers[row + RECEIVED_MEAN] = received + (receivedBytes - received) / flows;
    if (durationMs > (numbers[row + LONGEST] as number)) numbers[row + LONGEST] = durationMs;
    numbers[row + TOTAL] = (numbers[row + TOTAL] as number) + durationMs;
    if (flows > 1) this.#keep(row, time, flows);
  }

  pair(index: number): Pair {
    const row = index * ROW;
    const number = (field: number): number => this.#numbers[row + field] as number;
    const flows = this.flows(index);
    const service = this.service(index);
    return {
      source: this.source(index),
      destination: this.destination(index),
      port: service >>> 8,
      protocol: service & 255,
      flows,
      first: this.#base + (this.#rows[row + FIRST] as number),
      last: this.#base + (this.#rows[row + LAST] as number),
      sentMean: number(SENT_MEAN),
      sentSpread: Math.sqrt(Math.max(0, number(SENT_SQUARES)) / flows),
      receivedMean: number(RECEIVED_MEAN),
      longestMs: number(LONGEST),
      totalMs: number(TOTAL),
    };
  }

  source(index: number): number {
    return this.#rows[index * ROW + SOURCE] as number;
  }

  destination(index: number): number {
    return this.#rows[index * ROW + DESTINATION] as number;
  }

  /** Port << 8 | protocol. */
  service(index: number): number {
    return this.#rows[index * ROW + SERVICE] as number;
  }

  flows(index: number): number {
    return this.#rows[index * ROW + FLOWS] as number;
  }

  /** Whether anything came back from the destination. */
  wasAnswered(index: number): boolean {
    return (this.#numbers[index * ROW + RECEIVED_MEAN] as number) > 0;
  }

  /** The times that are kept of it, ascending: all of them up to 256, then the latest that came. */
  times(index: number): Float64Array {
    const row = index * ROW;
    const slot = this.#rows[row + SLOT] as number;
    if (slot === NO_SLOT) return Float64Array.of(this.#base + (this.#rows[row + FIRST] as number));
    const times = new Float64Array(this.#rows[row + KEPT] as number);
    for (let i = 0; i < times.length; i++) times[i] = this.#base + this.#times.get(slot, i);
    return times.sort();
  }

  /** Whether flows came since it was asked last. */
  changed(index: number): boolean {
    const row = index * ROW;
    const flows = this.#rows[row + FLOWS] as number;
    const changed = this.#rows[row + SEEN] !== flows;
    this.#rows[row + SEEN] = flows;
    return changed;
  }

  /** Lets go of pairs last seen before this, and of hosts that then have none. Returns how many pairs went. */
  forget(before: Timestamp): number {
    const limit = before - this.#base;
    const old = this.#size;
    const isOld = (pair: number): boolean => (this.#rows[pair * ROW + LAST] as number) < limit;
    let some = false;
    for (let pair = 0; pair < old && !some; pair++) some = isOld(pair);
    if (some) this.#retain((pair) => !isOld(pair));
    this.#moveOn(limit - BEFORE_FIRST_MS);
    return old - this.#size;
  }

  /** Moves the range of times on, at most once a day; what is older than it is told as being at its beginning. */
  #moveOn(by: number): void {
    const shift = Math.floor(by);
    if (!(shift >= DAY_MS)) return;
    this.#base += shift;
    const rows = this.#rows;
    for (let pair = 0; pair < this.#size; pair++) {
      const row = pair * ROW;
      rows[row + FIRST] = Math.max(0, (rows[row + FIRST] as number) - shift);
      rows[row + LAST] = Math.max(0, (rows[row + LAST] as number) - shift);
      const slot = rows[row + SLOT] as number;
      for (let i = this.#keptOf(pair) - 1; i >= 0; i--)
        this.#times.set(slot, i, Math.max(0, this.#times.get(slot, i) - shift));
    }
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
      words += HOST_WORDS * 2 + ROW + this.#keptOf(pair);
    }
    const out = new Uint32Array(HEADER_WORDS + words);
    out[0] = MAGIC;
    out[1] = pairs.length;
    new Float64Array(out.buffer, 8, 1)[0] = this.#base;
    let at = HEADER_WORDS;
    for (const pair of pairs) at = this.#write(pair, out, at);
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
    return table.#readAll(words, options.mostPairs) ? table : undefined;
  }

  #find(source: number, destination: number, service: number, time: number): number {
    const mask = this.#index.length - 1;
    let slot = this.#hash(source, destination, service) & mask;
    for (;;) {
      const found = this.#index[slot] as number;
      if (found === EMPTY) break;
      const pair = found - 1;
      if (
        this.#rows[pair * ROW + SOURCE] === source &&
        this.#rows[pair * ROW + DESTINATION] === destination &&
        this.#rows[pair * ROW + SERVICE] === service >>> 0
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
    const row = pair * ROW;
    this.#rows.fill(0, row, row + ROW);
    this.#rows[row + SOURCE] = source;
    this.#rows[row + DESTINATION] = destination;
    this.#rows[row + SERVICE] = service;
    this.#rows[row + FIRST] = time;
    this.#rows[row + LAST] = time;
    this.#rows[row + SLOT] = NO_SLOT;
    return pair;
  }

  #hash(source: number, destination: number, service: number): number {
    let hash = Math.imul(source ^ this.#seed, 0x9e3779b1);
    hash = Math.imul(hash ^ destination ^ (hash >>> 15), 0x85ebca6b);
    hash = Math.imul(hash ^ service ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  #keep(row: number, time: number, flows: number): void {
    const rows = this.#rows;
    let slot = rows[row + SLOT] as number;
    if (slot === NO_SLOT) {
      slot = this.#times.take(4);
      if (slot === NO_SLOT) return;
      rows[row + SLOT] = slot;
      const first = rows[row + FIRST] as number;
      this.#times.set(slot, 0, first === time ? (rows[row + LAST] as number) : first);
      this.#times.set(slot, 1, time);
      rows[row + KEPT] = 2;
      return;
    }
    const kept = rows[row + KEPT] as number;
    let capacity = this.#times.capacity(slot);
    if (kept === capacity && capacity < MOST_KEPT) {
      slot = this.#times.grow(slot);
      rows[row + SLOT] = slot;
      capacity = this.#times.capacity(slot);
    }
    if (kept < capacity) {
      this.#times.set(slot, kept, time);
      rows[row + KEPT] = kept + 1;
    } else this.#times.set(slot, flows % capacity, time);
  }

  /**
   * Lets a quarter of the pairs go: those with the fewest flows, of these the oldest. Sources made up by the million
   * have one flow each, and push out each other rather than what has been seen for long.
   */
  #makeRoom(): void {
    const worth = (pair: number): number =>
      Math.min(this.flows(pair), 16) * RANGE_MS + (this.#rows[pair * ROW + LAST] as number);
    const { random } = this.#options;
    const sample = Float64Array.from({ length: 4096 }, () => worth(Math.floor(random.next() * this.#size)));
    const threshold = sample.sort()[1024] as number;
    let room = this.#size >>> 1;
    this.#retain((pair) => worth(pair) > threshold || room-- <= 0);
    // All alike: let the first quarter go.
    if (this.#size > this.#options.mostPairs) {
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
    this.#seed = kept.#seed;
    this.#rows = kept.#rows;
    this.#numbers = kept.#numbers;
  }

  #grow(): void {
    const capacity = this.#index.length;
    const rows = new Uint32Array(capacity * ROW);
    rows.set(this.#rows);
    this.#rows = rows;
    this.#numbers = new Float32Array(rows.buffer);
    this.#index = new Uint32Array(capacity * 2);
    const mask = this.#index.length - 1;
    for (let pair = 0; pair < this.#size; pair++) {
      let slot = this.#hash(this.source(pair), this.destination(pair), this.service(pair)) & mask;
      while (this.#index[slot] !== EMPTY) slot = (slot + 1) & mask;
      this.#index[slot] = pair + 1;
    }
  }

  #keptOf(pair: number): number {
    const row = pair * ROW;
    return this.#rows[row + SLOT] === NO_SLOT ? 0 : (this.#rows[row + KEPT] as number);
  }

  /** Both hosts, the row, and the times that are kept. */
  #write(pair: number, out: Uint32Array, start: number): number {
    let at = start;
    for (const host of [this.source(pair), this.destination(pair)]) {
      for (let i = 0; i < 4; i++) out[at++] = this.hosts.word(host, i);
      out[at++] = this.hosts.flags(host);
    }
    const row = pair * ROW;
    out.set(this.#rows.subarray(row, row + ROW), at);
    const kept = this.#keptOf(pair);
    out[at + KEPT] = kept;
    at += ROW;
    const slot = this.#rows[row + SLOT] as number;
    for (let i = 0; i < kept; i++) out[at++] = this.#times.get(slot, i);
    return at;
  }

  #readAll(words: Uint32Array, most: number): boolean {
    let at = HEADER_WORDS;
    const pairs = words[1] as number;
    if (pairs > most + 1 || (pairs > 0 && Number.isNaN(this.#base))) return false;
    for (let n = 0; n < pairs; n++) {
      if (at + HOST_WORDS * 2 + ROW > words.length) return false;
      const hosts = [at, at + HOST_WORDS].map((from) => {
        const [w0 = 0, w1 = 0, w2 = 0, w3 = 0, flags = 0] = words.subarray(from, from + HOST_WORDS);
        const id = this.hosts.intern(w0, w1, w2, w3);
        this.hosts.mark(id, flags);
        return id;
      });
      at += HOST_WORDS * 2;
      const stored = words.subarray(at, at + ROW);
      at += ROW;
      const [source = 0, destination = 0] = hosts;
      const row = this.#find(source, destination, stored[SERVICE] as number, 0) * ROW;
      const kept = stored[KEPT] as number;
      if (kept > MOST_KEPT || at + kept > words.length) return false;
      const slot = kept === 0 ? NO_SLOT : this.#times.take(kept);
      this.#rows.set(stored.subarray(SERVICE), row + SERVICE);
      this.#rows[row + SLOT] = slot;
      this.#rows[row + KEPT] = slot === NO_SLOT ? 0 : kept;
      this.#rows[row + SEEN] = 0;
      for (let i = 0; i < kept && slot !== NO_SLOT; i++) this.#times.set(slot, i, words[at + i] as number);
      at += kept;
    }
    return at === words.length;
  }
}

/** Words of a row. Those from SENT_MEAN to TOTAL are numbers. The order is that of snapshots: see MAGIC. */
const SOURCE = 0;
const DESTINATION = 1;
/** Port << 8 | protocol. */
const SERVICE = 2;
const FLOWS = 3;
const FIRST = 4;
const LAST = 5;
const SLOT = 6;
const KEPT = 7;
const SENT_MEAN = 8;
const SENT_SQUARES = 9;
const RECEIVED_MEAN = 10;
const LONGEST = 11;
const TOTAL = 12;
/** Flows when `changed` was asked last. */
const SEEN = 13;
const ROW = 16;

const FIRST_CAPACITY = 1_024;
const MOST_KEPT = 256;
/** Of a snapshot; another for every other order of its words. */
const MAGIC = 0x4148_4e33;
const HEADER_WORDS = 4;
/** An address and its flags. */
const HOST_WORDS = 5;
