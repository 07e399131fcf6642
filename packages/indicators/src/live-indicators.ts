import {
  type CheckRequest,
  type Family,
  Prefix,
  type Random,
  SCOPES,
  type Scope,
  type Timestamp,
} from '@aegis/model';
import { DomainTable, MOST_DOMAIN_MATCHES, MOST_MATCHES, PrefixTable } from '@aegis/netset';
import { type Indicator, LONGEST_VALUE } from './indicator.ts';
import type { IndicatorLookup } from './indicator-lookup.ts';
import { REQUEST_FIELDS } from './request-fields.ts';

/** A live indicator with everything settled. */
export interface LiveIndicator extends Indicator {
  readonly confidence: number;
  readonly expires: Timestamp;
  readonly seen: Timestamp;
}

/**
 * Indicators that come and go one by one: some hundred bytes each, nothing is rebuilt. One thread only. At most
 * `mostRows` at once.
 */
export class LiveIndicators implements IndicatorLookup {
  readonly mostRows: number;
  readonly mostMatches: number = MOST_MATCHES + MOST_DOMAIN_MATCHES + REQUEST_FIELDS.length;
  readonly #prefixes: PrefixTable;
  readonly #domains: DomainTable = new DomainTable();
  readonly #texts: ReadonlyMap<Scope, Map<string, number>> = new Map(
    SCOPES.map((scope) => [scope, new Map()]),
  );
  readonly #rows: (LiveIndicator | undefined)[] = [];
  readonly #free: number[] = [];

  constructor(options: { readonly random: Random; readonly mostRows: number }) {
    this.mostRows = options.mostRows;
    this.#prefixes = new PrefixTable({ random: options.random });
  }

  get size(): number {
    return this.#rows.length - this.#free.length;
  }

  holds(scope: Scope): boolean {
    return (this.#texts.get(scope)?.size ?? 0) > 0;
  }

  /** Puts it in place of one on the same value; false where there is no room. */
  put(indicator: LiveIndicator): boolean {
    const { scope, value } = indicator;
    const found = this.find(scope, value);
    if (found >= 0) {
      this.#rows[found] = indicator;
      return true;
    }
    if (this.size >= this.mostRows) return false;
    const row = this.#free.pop() ?? this.#rows.length;
    this.#rows[row] = indicator;
    if (isPrefix(scope)) this.#prefixes.insert(Prefix.parts(value as Prefix), row);
    else if (scope === 'domain') this.#domains.insert(value, row);
    else this.#texts.get(scope)?.set(value, row);
    return true;
  }

  /** Whether it was there. */
  remove(scope: Scope, value: string): boolean {
    const row = this.find(scope, value);
    if (row < 0) return false;
    this.#rows[row] = undefined;
    this.#free.push(row);
    if (isPrefix(scope)) this.#prefixes.delete(Prefix.parts(value as Prefix));
    else if (scope === 'domain') this.#domains.delete(value);
    else this.#texts.get(scope)?.delete(value);
    return true;
  }

  /** Forgets what has ended; how many. Looks at every row. */
  sweep(now: Timestamp): number {
    let swept = 0;
    for (const row of this.#rows) {
      if (row !== undefined && row.expires <= now && this.remove(row.scope, row.value)) swept++;
    }
    return swept;
  }

  match(request: CheckRequest, family: Family, words: Uint32Array, out: Int32Array, offset: number): number {
    let count = this.#prefixes.matches(family, words, out, offset);
    if (request.domain !== undefined) count += this.#domains.matches(request.domain, out, offset + count);
    for (const { scope, field } of REQUEST_FIELDS) {
      const value = request[field];
      if (value === undefined || value.length > LONGEST_VALUE) continue;
      const row = this.#texts.get(scope)?.get(value);
      if (row !== undefined) out[offset + count++] = row;
    }
    return count;
  }

  find(scope: Scope, value: string): number {
    if (scope === 'domain') return this.#domains.get(value);
    if (!isPrefix(scope)) return this.#texts.get(scope)?.get(value) ?? -1;
    const parsed = Prefix.parse(value);
    return parsed.ok ? this.#prefixes.get(parsed.value) : -1;
  }

  *rows(): Generator<number> {
    for (const [row, indicator] of this.#rows.entries()) if (indicator !== undefined) yield row;
  }

  /** All of them, as they were put. */
  *indicators(): IterableIterator<LiveIndicator> {
    for (const indicator of this.#rows) if (indicator !== undefined) yield indicator;
  }

  scope(row: number): Scope {
    return this.#at(row).scope;
  }

  value(row: number): string {
    return this.#at(row).value;
  }

  confidence(row: number): number {
    return this.#at(row).confidence;
  }

  expires(row: number): Timestamp {
    return this.#at(row).expires;
  }

  seen(row: number): Timestamp {
    return this.#at(row).seen;
  }

  about(row: number): string | undefined {
    return this.#at(row).about;
  }

  #at(row: number): LiveIndicator {
    return this.#rows[row] as LiveIndicator;
  }
}

function isPrefix(scope: Scope): boolean {
  return scope === 'ip' || scope === 'range';
}
