import {
  type HashKey,
  KeyHash,
  Prefix,
  type PrefixParts,
  type Random,
  randomHashKey,
  SCOPES,
} from '@aegis/model';
import { PrefixTable } from '@aegis/netset';
import type { Guard } from './guard.ts';
import { type Indicator, LONGEST_ABOUT, LONGEST_VALUE } from './indicator.ts';
import { IPV6, type SetMemory, WIDE } from './set-memory.ts';
import { readText, slotOf, type TextMemory } from './text-rows.ts';

export interface BuilderOptions {
  readonly random: Random;
  /** 0-100, where an indicator says nothing. */
  readonly confidence: number;
  /** Distinct indicators at most; those beyond are refused. */
  readonly most: number;
  readonly guard?: Guard;
}

/** Bytes of address space for each row of the prefix table, two sizes of it at once while it grows. */
const PREFIX_ROOM = 128;
/** `ip` and `range` are the first of SCOPES; the others are kept as text. */
const FIRST_TEXT = 2;
const PREFIX_BASE = 64 * 1024 * 1024;

/**
 * Gathers indicators into the memory of an `IndicatorSet`. The same value twice is one row, of the higher confidence
 * and the later end. About 40 bytes an IPv4 address; 30 and its characters a text.
 */
export class IndicatorSetBuilder {
  readonly #options: BuilderOptions;
  readonly #prefixes: PrefixTable;
  readonly #abouts: Map<string, number> = new Map();
  readonly #counts: number[] = SCOPES.map(() => 0);
  readonly #key: HashKey;
  readonly #hash: KeyHash;
  #rows = 0;
  #texts = 0;
  #deepest = 0;
  #used = 0;
  #scope = new Uint8Array(1024);
  #confidence = new Uint8Array(1024);
  #length = new Uint16Array(1024);
  #place = new Uint32Array(1024);
  #expires = new Uint32Array(1024);
  #seen = new Uint32Array(1024);
  #about = new Uint32Array(1024);
  #arena = new Uint8Array(16_384);
  #slots = new Uint32Array(4096);

  constructor(options: BuilderOptions) {
    this.#options = options;
    const { random } = options;
    this.#prefixes = PrefixTable.shared({ random, mostBytes: PREFIX_BASE + options.most * PREFIX_ROOM });
    this.#key = randomHashKey(random);
    this.#hash = new KeyHash(this.#key, LONGEST_VALUE);
  }

  get rows(): number {
    return this.#rows;
  }

  /** Takes one in; or says why not. */
  add(indicator: Indicator): string | undefined {
    const { scope, value } = indicator;
    if (scope === 'ip' || scope === 'range') return this.#addPrefix(indicator, Prefix.parts(value as Prefix));
    const slot = slotOf(this.#textMemory, SCOPES.indexOf(scope), value);
    const found = (this.#slots[slot] as number) - 1;
    if (found >= 0) {
      this.#merge(found, indicator);
      return undefined;
    }
    if (this.#rows >= this.#options.most) return 'beyond the most that a feed may hold';
    const row = this.#newRow(indicator);
    const wide = /[\u0100-\uffff]/.test(value);
    this.#place[row] = this.#write(value, wide);
    this.#length[row] = value.length | (wide ? WIDE : 0);
    this.#slots[slot] = row + 1;
    this.#texts++;
    if (scope === 'domain') this.#deepest = Math.max(this.#deepest, value.split('.').length);
    if (this.#texts * 2 > this.#slots.length) this.#rehash();
    return undefined;
  }

  /** The set; the builder is not to be used again. */
  finish(): SetMemory {
    const rows = this.#rows;
    return {
      rows,
      scope: shared(this.#scope, rows),
      confidence: shared(this.#confidence, rows),
      length: shared(this.#length, rows),
      place: shared(this.#place, rows),
      expires: shared(this.#expires, rows),
      seen: shared(this.#seen, rows),
      about: shared(this.#about, rows),
      arena: shared(this.#arena, this.#used),
      slots: shared(this.#slots, this.#texts === 0 ? 1 : this.#slots.length),
      key: this.#key,
      counts: this.#counts,
      deepest: this.#deepest,
      prefixes: this.#prefixes.buffer as SharedArrayBuffer,
    };
  }

  #addPrefix(indicator: Indicator, parts: PrefixParts): string | undefined {
    const refused = this.#options.guard?.refuse(parts);
    if (refused !== undefined) return refused;
    const found = this.#prefixes.get(parts);
    if (found >= 0) {
      this.#merge(found, indicator);
      return undefined;
    }
    if (this.#rows >= this.#options.most) return 'beyond the most that a feed may hold';
    const row = this.#newRow(indicator);
    this.#length[row] = parts.length + (parts.family === 6 ? IPV6 : 0);
    this.#place[row] = parts.family === 4 ? parts.words[0] : this.#writeWords(parts.words);
    this.#prefixes.insert(parts, row);
    return undefined;
  }

  #merge(row: number, indicator: Indicator): void {
    const confidence = indicator.confidence ?? this.#options.confidence;
    this.#confidence[row] = Math.max(this.#confidence[row] as number, confidence);
    const expires = secondsOf(indicator.expires);
    // No end of its own is the later one: the feed renews it as long as it lists it.
    this.#expires[row] =
      expires === 0 ? 0 : this.#expires[row] === 0 ? 0 : Math.max(this.#expires[row] as number, expires);
    this.#seen[row] = Math.max(this.#seen[row] as number, secondsOf(indicator.seen));
    if (this.#about[row] === 0) this.#about[row] = this.#aboutOf(indicator.about);
  }

  #newRow(indicator: Indicator): number {
    const row = this.#rows++;
    if (row === this.#scope.length) this.#growColumns();
    const scope = SCOPES.indexOf(indicator.scope);
    this.#counts[scope] = (this.#counts[scope] as number) + 1;
    this.#scope[row] = scope;
    this.#confidence[row] = indicator.confidence ?? this.#options.confidence;
    this.#expires[row] = secondsOf(indicator.expires);
    this.#seen[row] = secondsOf(indicator.seen);
    this.#about[row] = this.#aboutOf(indicator.about);
    return row;
  }

  #aboutOf(text: string | undefined): number {
    if (text === undefined || text === '') return 0;
    const known = this.#abouts.get(text);
    if (known !== undefined) return known;
    const latin = text.slice(0, LONGEST_ABOUT).replace(/[^\u0020-\u007e\u00a0-\u00ff]/g, '?');
    const at = this.#reserve(latin.length + 1);
    this.#arena[at] = latin.length;
    for (let i = 0; i < latin.length; i++) this.#arena[at + 1 + i] = latin.charCodeAt(i);
    this.#abouts.set(text, at + 1);
    return at + 1;
  }

  #write(text: string, wide: boolean): number {
    const at = this.#reserve(wide ? text.length * 2 : text.length);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (wide) {
        this.#arena[at + 2 * i] = code & 255;
        this.#arena[at + 2 * i + 1] = code >>> 8;
      } else this.#arena[at + i] = code;
    }
    return at;
  }

  #writeWords(words: PrefixParts['words']): number {
    const at = this.#reserve(16);
    for (const [index, word] of words.entries()) {
      for (let byte = 0; byte < 4; byte++) this.#arena[at + index * 4 + byte] = word >>> (24 - byte * 8);
    }
    return at;
  }

  #reserve(bytes: number): number {
    const at = this.#used;
    this.#used += bytes;
    if (this.#used > this.#arena.length) {
      const grown = new Uint8Array(Math.max(this.#arena.length * 2, this.#used));
      grown.set(this.#arena);
      this.#arena = grown;
    }
    return at;
  }

  get #textMemory(): TextMemory {
    return {
      scope: this.#scope,
      length: this.#length,
      place: this.#place,
      arena: this.#arena,
      slots: this.#slots,
      hash: this.#hash,
    };
  }

  #growColumns(): void {
    this.#scope = doubled(this.#scope);
    this.#confidence = doubled(this.#confidence);
    this.#length = doubled(this.#length);
    this.#place = doubled(this.#place);
    this.#expires = doubled(this.#expires);
    this.#seen = doubled(this.#seen);
    this.#about = doubled(this.#about);
  }

  #rehash(): void {
    this.#slots = new Uint32Array(this.#slots.length * 4);
    const memory = this.#textMemory;
    for (let row = 0; row < this.#rows; row++) {
      const scope = this.#scope[row] as number;
      if (scope < FIRST_TEXT) continue;
      const text = readText(memory, this.#place[row] as number, this.#length[row] as number);
      this.#slots[slotOf(memory, scope, text)] = row + 1;
    }
  }
}

/** Rounded up, so that what ends ends no sooner than its source says. */
function secondsOf(time: number | undefined): number {
  return time === undefined ? 0 : Math.min(0xffff_ffff, Math.max(1, Math.ceil(time / 1000)));
}

type Column = Uint8Array | Uint16Array | Uint32Array;

function doubled<T extends Column>(column: T): T {
  const grown = new (column.constructor as new (length: number) => T)(column.length * 2);
  grown.set(column);
  return grown;
}

/** What is used of a column, in shared memory. */
function shared<T extends Column>(column: T, length: number): T {
  const buffer = new SharedArrayBuffer(length * column.BYTES_PER_ELEMENT);
  const copy = new (column.constructor as new (buffer: SharedArrayBuffer) => T)(buffer);
  copy.set(column.subarray(0, length));
  return copy;
}
