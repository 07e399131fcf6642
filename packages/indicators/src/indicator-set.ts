import {
  type CheckRequest,
  type Family,
  formatIPv4,
  formatIPv6,
  KeyHash,
  Prefix,
  SCOPES,
  type Scope,
  type Timestamp,
} from '@aegis/model';
import { MOST_MATCHES, PrefixReader } from '@aegis/netset';
import { LONGEST_VALUE } from './indicator.ts';
import type { IndicatorLookup } from './indicator-lookup.ts';
import { REQUEST_FIELDS } from './request-fields.ts';
import { bytesOf, IPV6, type SetMemory } from './set-memory.ts';
import { readText, type TextMemory, textRow } from './text-rows.ts';

const DOMAIN = SCOPES.indexOf('domain');
const LONGEST_NAME = 253;

/**
 * Indicators to be looked up where they lie: made by an `IndicatorSetBuilder`, in this thread or another, and read in
 * place. Making one takes no time that grows with it. Rows are integers from 0; -1 says that there is none.
 */
export class IndicatorSet implements IndicatorLookup {
  readonly memory: SetMemory;
  readonly mostMatches: number;
  readonly #prefixes: PrefixReader;
  readonly #fields: readonly { readonly scope: number; readonly field: keyof CheckRequest }[];
  readonly #texts: TextMemory;
  readonly #words: Uint32Array = new Uint32Array(4);

  constructor(memory: SetMemory) {
    this.memory = memory;
    this.#texts = { ...memory, hash: new KeyHash(memory.key, LONGEST_VALUE) };
    this.#prefixes = PrefixReader.attach(memory.prefixes);
    this.#fields = REQUEST_FIELDS.map(({ scope, field }) => ({ scope: SCOPES.indexOf(scope), field })).filter(
      ({ scope }) => (memory.counts[scope] as number) > 0,
    );
    this.mostMatches = MOST_MATCHES + memory.deepest + this.#fields.length;
  }

  get size(): number {
    return this.memory.rows;
  }

  get mostRows(): number {
    return this.memory.rows;
  }

  get bytes(): number {
    return bytesOf(this.memory);
  }

  holds(scope: Scope): boolean {
    return this.count(scope) > 0;
  }

  /** How many of a scope. */
  count(scope: Scope): number {
    return this.memory.counts[SCOPES.indexOf(scope)] as number;
  }

  match(request: CheckRequest, family: Family, words: Uint32Array, out: Int32Array, offset: number): number {
    let count = this.#prefixes.matches(family, words, out, offset);
    const { memory } = this;
    if (memory.deepest > 0 && request.domain !== undefined)
      count += this.#matchDomain(request.domain, out, offset + count);
    for (const { scope, field } of this.#fields) {
      const value = request[field];
      if (value === undefined || value.length > LONGEST_VALUE) continue;
      const row = textRow(this.#texts, scope, value);
      if (row >= 0) out[offset + count++] = row;
    }
    return count;
  }

  find(scope: Scope, value: string): number {
    if (scope !== 'ip' && scope !== 'range') {
      return value.length > LONGEST_VALUE ? -1 : textRow(this.#texts, SCOPES.indexOf(scope), value);
    }
    const parsed = Prefix.parse(value);
    if (!parsed.ok) return -1;
    const { family, words, length } = Prefix.parts(parsed.value);
    this.#words.set(words);
    const rows = new Int32Array(MOST_MATCHES);
    const count = this.#prefixes.matches(family, this.#words, rows);
    const wanted = length + (family === 6 ? IPV6 : 0);
    return rows.subarray(0, count).find((row) => this.memory.length[row] === wanted) ?? -1;
  }

  *rows(): Generator<number> {
    for (let row = 0; row < this.memory.rows; row++) yield row;
  }

  scope(row: number): Scope {
    return SCOPES[this.memory.scope[row] as number] as Scope;
  }

  value(row: number): string {
    const { memory } = this;
    const length = memory.length[row] as number;
    const place = memory.place[row] as number;
    const scope = this.scope(row);
    if (scope !== 'ip' && scope !== 'range') return readText(memory, place, length);
    const address = length >= IPV6 ? this.#ipv6At(place) : formatIPv4(place);
    return scope === 'ip' ? address : `${address}/${length & (IPV6 - 1)}`;
  }

  confidence(row: number): number {
    return this.memory.confidence[row] as number;
  }

  expires(row: number): Timestamp | undefined {
    return timeOf(this.memory.expires[row] as number);
  }

  seen(row: number): Timestamp | undefined {
    return timeOf(this.memory.seen[row] as number);
  }

  about(row: number): string | undefined {
    const at = this.memory.about[row] as number;
    return at === 0 ? undefined : readText(this.memory, at, this.memory.arena[at - 1] as number);
  }

  /** Names with more labels than any here has cannot be one of these: an attacker's many labels cost nothing. */
  #matchDomain(domain: string, out: Int32Array, offset: number): number {
    if (domain.length > LONGEST_NAME) return 0;
    let count = 0;
    let start = domain.length;
    for (let labels = 0; labels < this.memory.deepest && start > 0; labels++) {
      start = domain.lastIndexOf('.', start - 2) + 1;
      const row = textRow(this.#texts, DOMAIN, domain, start);
      if (row >= 0) out[offset + count++] = row;
    }
    return count;
  }

  #ipv6At(at: number): string {
    const { arena } = this.memory;
    const view = new DataView(arena.buffer, arena.byteOffset + at, 16);
    return formatIPv6(view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12));
  }
}

function timeOf(seconds: number): Timestamp | undefined {
  return seconds === 0 ? undefined : seconds * 1000;
}
