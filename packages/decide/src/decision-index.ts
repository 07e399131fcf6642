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
import { ExpiryQueue } from './expiry-queue.ts';
import { granularityOf } from './granularity.ts';
import type { Standing } from './standing.ts';

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
  readonly slots: Map<string, number>;
}

/** Longer than any value of a decision; what a client sends beyond it is not even hashed. */
const LONGEST_VALUE = 2048;

/** The most slots that one request can match. */
export const MOST_SLOTS: number = MOST_MATCHES + MOST_DOMAIN_MATCHES + Object.keys(FIELDS).length;

/**
 * Decisions by what they are about. Each distinct value has a slot, a small integer, and in it a chain of the
 * decisions on that value: a prefix (an address is a /32 or /128), a domain, or a text of another scope.
 */
export class DecisionIndex {
  readonly #prefixes: PrefixTable;
  readonly #domains: DomainTable = new DomainTable();
  readonly #exact: Map<Scope, ExactValues> = new Map();
  /** The members of `#exact` that are not empty. */
  #exactInUse: readonly ExactValues[] = [];
  #usesPlace = false;
  readonly #chains: (Standing | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #byId: Map<string, Standing> = new Map();
  readonly #expiry: ExpiryQueue<Standing> = new ExpiryQueue();

  constructor(random: Random) {
    this.#prefixes = new PrefixTable({ random });
    for (const [scope, field] of Object.entries(FIELDS) as [ExactScope, keyof CheckRequest][]) {
      this.#exact.set(scope, { field, slots: new Map() });
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
    return this.#byId.get(id)?.decision;
  }

  /** In order of arrival. */
  *decisions(): IterableIterator<Decision> {
    for (const { decision } of this.#byId.values()) yield decision;
  }

  /** Replaces the one of the same id. Throws AegisError `decision_not_canonical`; then nothing has changed. */
  add(decision: Decision): void {
    const { scope, value } = decision;
    const canonical = canonicalScopeValue(scope, value);
    if (!canonical.ok || canonical.value !== value) {
      const shown = JSON.stringify(value.slice(0, 100));
      throw new AegisError(
        'decision_not_canonical',
        `decision ${decision.id}: ${shown} is not a canonical ${scope}`,
      );
    }
    this.remove(decision.id);
    let slot = this.#slotOf(scope, value);
    if (slot < 0) {
      slot = this.#free.pop() ?? this.#chains.length;
      this.#assign(scope, value, slot);
      this.#chains[slot] = undefined;
    }
    const standing: Standing = {
      decision,
      granularity: granularityOf(decision),
      expires: decision.expires,
      place: -1,
      next: this.#chains[slot],
      policy: undefined,
      strategy: undefined,
    };
    this.#chains[slot] = standing;
    this.#byId.set(decision.id, standing);
    this.#expiry.add(standing);
  }

  remove(id: string): Decision | undefined {
    const standing = this.#byId.get(id);
    if (standing === undefined) return undefined;
    const { decision } = standing;
    this.#byId.delete(id);
    this.#expiry.remove(standing);
    const slot = this.#slotOf(decision.scope, decision.value);
    const head = this.#chains[slot];
    if (head === standing) this.#chains[slot] = standing.next;
    else {
      let before = head as Standing;
      while (before.next !== standing) before = before.next as Standing;
      before.next = standing.next;
    }
    if (this.#chains[slot] === undefined) {
      this.#release(decision.scope, decision.value);
      this.#free.push(slot);
    }
    return decision;
  }

  /** Removes those that end at this time or before and returns them, the soonest first. */
  takeExpired(now: Timestamp): Decision[] {
    const taken: Decision[] = [];
    for (
      let next = this.#expiry.peek();
      next !== undefined && next.expires <= now;
      next = this.#expiry.peek()
    ) {
      this.remove(next.decision.id);
      taken.push(next.decision);
    }
    return taken;
  }

  /** The decisions on exactly this value. */
  on(scope: Scope, value: string): readonly Decision[] {
    const found: Decision[] = [];
    const canonical = canonicalScopeValue(scope, value);
    const slot = canonical.ok ? this.#slotOf(scope, canonical.value) : -1;
    for (let standing = this.first(slot); standing !== undefined; standing = standing.next) {
      if (standing.decision.scope === scope) found.push(standing.decision);
    }
    return found;
  }

  /** Writes the slots that a request matches to `out`, which has room for {@link MOST_SLOTS}; returns how many. */
  match(request: CheckRequest, family: Family, words: Uint32Array, out: Int32Array): number {
    let count = this.#prefixes.matches(family, words, out);
    if (request.domain !== undefined) count += this.#domains.matches(request.domain, out, count);
    for (const { field, slots } of this.#exactInUse) {
      const value = request[field];
      if (value === undefined || value.length > LONGEST_VALUE) continue;
      const slot = slots.get(value);
      if (slot !== undefined) out[count++] = slot;
    }
    return count;
  }

  /** The head of a slot's chain. */
  first(slot: number): Standing | undefined {
    return this.#chains[slot];
  }

  #slotOf(scope: Scope, value: string): number {
    switch (scope) {
      case 'ip':
      case 'range':
        return this.#prefixes.get(partsOf(value));
      case 'domain':
        return this.#domains.get(value);
      default:
        return this.#exactOf(scope).slots.get(value) ?? -1;
    }
  }

  #assign(scope: Scope, value: string, slot: number): void {
    if (scope === 'ip' || scope === 'range') this.#prefixes.insert(partsOf(value), slot);
    else if (scope === 'domain') this.#domains.insert(value, slot);
    else {
      const { slots } = this.#exactOf(scope);
      slots.set(value, slot);
      if (slots.size === 1) this.#noteExactInUse();
    }
  }

  #release(scope: Scope, value: string): void {
    if (scope === 'ip' || scope === 'range') this.#prefixes.delete(partsOf(value));
    else if (scope === 'domain') this.#domains.delete(value);
    else {
      const { slots } = this.#exactOf(scope);
      slots.delete(value);
      if (slots.size === 0) this.#noteExactInUse();
    }
  }

  #exactOf(scope: ExactScope): ExactValues {
    return this.#exact.get(scope) as ExactValues;
  }

  #noteExactInUse(): void {
    this.#exactInUse = [...this.#exact.values()].filter(({ slots }) => slots.size > 0);
    this.#usesPlace = PLACE_SCOPES.some((scope) => this.#exactOf(scope).slots.size > 0);
  }
}

/** A bare address is its own /32 or /128. */
function partsOf(value: string): PrefixParts {
  return Prefix.parts(value as Prefix);
}
