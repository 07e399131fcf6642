import {
  AegisError,
  type CheckRequest,
  canonicalScopeValue,
  type Decision,
  type Family,
  Prefix,
  type PrefixParts,
  type Random,
  type Scope,
  type Timestamp,
} from '@aegis/model';
import { DomainTable, MOST_DOMAIN_MATCHES, MOST_MATCHES, PrefixTable } from '@aegis/netset';
import { DecisionRows, NO_ROW } from './decision-rows.ts';
import { ExpiryQueue } from './expiry-queue.ts';

type ExactScope = Exclude<Scope, 'ip' | 'range' | 'domain'>;

/** Where a request carries the value of each scope that is matched as a whole. */
const FIELDS: Readonly<Record<ExactScope, keyof CheckRequest>> = Object.freeze({
  as: 'as',
  as_name: 'asName',
  country: 'country',
  continent: 'continent',
  hash: 'hash',
  url: 'url',
  user_agent: 'userAgent',
  ja3: 'ja3',
  ja4: 'ja4',
  session: 'session',
  user: 'user',
});

/** What an address alone can tell, to those who have the data for it. */
const PLACE_SCOPES: readonly ExactScope[] = ['as', 'as_name', 'country', 'continent'];

interface ExactValues {
  readonly field: keyof CheckRequest;
  /** The first row on each value. */
  readonly firsts: Map<string, number>;
}

/** Longer than any value of a decision; what a client sends beyond it is not even hashed. */
const LONGEST_VALUE = 2048;

/** The most values that one request can match. */
export const MOST_VALUES: number = MOST_MATCHES + MOST_DOMAIN_MATCHES + Object.keys(FIELDS).length;

/**
 * Decisions by what they are about: a prefix (an address is a /32 or /128), a domain, or a text of another scope.
 * Each distinct value leads to the first row of a chain of the decisions on it.
 */
export class DecisionIndex {
  readonly rows: DecisionRows = new DecisionRows();
  readonly #prefixes: PrefixTable;
  readonly #domains: DomainTable = new DomainTable();
  readonly #exact: Map<Scope, ExactValues> = new Map();
  /** The members of `#exact` that are not empty. */
  #exactInUse: readonly ExactValues[] = [];
  #usesPlace = false;
  readonly #byId: Map<string, number> = new Map();
  readonly #expiry: ExpiryQueue = new ExpiryQueue((row) => this.rows.expires(row));

  constructor(random: Random) {
    this.#prefixes = new PrefixTable({ random });
    for (const [scope, field] of Object.entries(FIELDS) as [ExactScope, keyof CheckRequest][]) {
      this.#exact.set(scope, { field, firsts: new Map() });
    }
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Whether a decision is about where a client is or who announces it. */
  get usesPlace(): boolean {
    return this.#usesPlace;
  }

  get(id: string): Decision | undefined {
    const row = this.#byId.get(id);
    return row === undefined ? undefined : this.rows.decision(row);
  }

  /** In order of arrival. */
  *decisions(): IterableIterator<Decision> {
    for (const row of this.#byId.values()) yield this.rows.decision(row);
  }

  /** Replaces the one of the same id. Throws AegisError `decision_not_canonical`; then nothing has changed. */
  add(decision: Decision): void {
    const { id, scope, value } = decision;
    const canonical = canonicalScopeValue(scope, value);
    if (!canonical.ok || canonical.value !== value) {
      const shown = JSON.stringify(value.slice(0, 100));
      throw new AegisError('decision_not_canonical', `decision ${id}: ${shown} is not a canonical ${scope}`);
    }
    this.remove(id);
    const row = this.rows.add(decision);
    this.rows.setNext(row, this.#lead(scope, value, row));
    this.#byId.set(id, row);
    this.#expiry.add(row);
  }

  remove(id: string): Decision | undefined {
    const row = this.#byId.get(id);
    if (row === undefined) return undefined;
    const decision = this.rows.decision(row);
    this.#byId.delete(id);
    this.#expiry.remove(row);
    this.#unchain(row, decision);
    this.rows.remove(row);
    return decision;
  }

  /** Removes those that end at this time or before and returns them, the soonest first. */
  takeExpired(now: Timestamp): Decision[] {
    const taken: Decision[] = [];
    for (
      let row = this.#expiry.peek();
      row >= 0 && this.rows.expires(row) <= now;
      row = this.#expiry.peek()
    ) {
      taken.push(this.remove(this.rows.id(row)) as Decision);
    }
    return taken;
  }

  /** The decisions on exactly this value. */
  on(scope: Scope, value: string): readonly Decision[] {
    const found: Decision[] = [];
    const canonical = canonicalScopeValue(scope, value);
    let row = canonical.ok ? this.#first(scope, canonical.value) : NO_ROW;
    for (; row !== NO_ROW; row = this.rows.next(row)) {
      if (this.rows.kind(row).scope === scope) found.push(this.rows.decision(row));
    }
    return found;
  }

  /**
   * Writes the first row of each value that a request matches to `out`, which has room for {@link MOST_VALUES};
   * returns how many.
   */
  match(request: CheckRequest, family: Family, words: Uint32Array, out: Int32Array): number {
    let count = this.#prefixes.matches(family, words, out);
    if (request.domain !== undefined) count += this.#domains.matches(request.domain, out, count);
    for (const { field, firsts } of this.#exactInUse) {
      const value = request[field];
      if (value === undefined || value.length > LONGEST_VALUE) continue;
      const first = firsts.get(value);
      if (first !== undefined) out[count++] = first;
    }
    return count;
  }

  /** The first row on a value. */
  #first(scope: Scope, value: string): number {
    switch (scope) {
      case 'ip':
      case 'range':
        return this.#prefixes.get(partsOf(value));
      case 'domain':
        return this.#domains.get(value);
      default:
        return this.#exactOf(scope).firsts.get(value) ?? NO_ROW;
    }
  }

  /** Makes a row the first on a value; returns the one that it was before. */
  #lead(scope: Scope, value: string, row: number): number {
    if (scope === 'ip' || scope === 'range') return this.#prefixes.insert(partsOf(value), row);
    if (scope === 'domain') return this.#domains.insert(value, row);
    const { firsts } = this.#exactOf(scope);
    const before = firsts.get(value) ?? NO_ROW;
    firsts.set(value, row);
    if (firsts.size === 1) this.#noteExactInUse();
    return before;
  }

  #release(scope: Scope, value: string): void {
    if (scope === 'ip' || scope === 'range') this.#prefixes.delete(partsOf(value));
    else if (scope === 'domain') this.#domains.delete(value);
    else {
      const { firsts } = this.#exactOf(scope);
      firsts.delete(value);
      if (firsts.size === 0) this.#noteExactInUse();
    }
  }

  #unchain(row: number, { scope, value }: Decision): void {
    const { rows } = this;
    const next = rows.next(row);
    const first = this.#first(scope, value);
    if (first !== row) {
      let before = first;
      while (rows.next(before) !== row) before = rows.next(before);
      rows.setNext(before, next);
    } else if (next === NO_ROW) this.#release(scope, value);
    else this.#lead(scope, value, next);
  }

  #exactOf(scope: ExactScope): ExactValues {
    return this.#exact.get(scope) as ExactValues;
  }

  #noteExactInUse(): void {
    this.#exactInUse = [...this.#exact.values()].filter(({ firsts }) => firsts.size > 0);
    this.#usesPlace = PLACE_SCOPES.some((scope) => this.#exactOf(scope).firsts.size > 0);
  }
}

/** A bare address is its own /32 or /128. */
function partsOf(value: string): PrefixParts {
  return Prefix.parts(value as Prefix);
}
