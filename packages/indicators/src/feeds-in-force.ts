import { createHash } from 'node:crypto';
import type { Action, CheckRequest, Decision, Family, Scope, Timestamp } from '@aegis/model';
import { SCOPES } from '@aegis/model';
import type { IndicatorLookup } from './indicator-lookup.ts';

/** A feed whose indicators count. */
export interface FeedInForce {
  readonly name: string;
  readonly action: Action;
  readonly indicators: IndicatorLookup;
  /** When the feed last said that all this holds; undefined: each when it was seen. */
  readonly confirmed: Timestamp | undefined;
  /** When the feed's entries end that have no end of their own. */
  readonly expires: Timestamp;
}

const LONGEST_ID = 128;
const PLACE_SCOPES: readonly Scope[] = ['as', 'as_name', 'country', 'continent'];

/**
 * Every feed's indicators as one, with the decision that each stands for. Feeds keep their own tables: changing one
 * touches no other. Where a row came from is told by its number, as each feed has a span of them.
 *
 * A decision's id is `feed:<name>:<scope>:<value>`, so that it stays the same from load to load and on every node;
 * values that are too long for that are named by a checksum of theirs.
 */
export class FeedsInForce {
  readonly lists: readonly { readonly origin: string; readonly action: Action }[];
  readonly mostMatches: number;
  readonly #feeds: readonly FeedInForce[];
  /** Where each feed's span begins. */
  readonly #starts: readonly number[];
  readonly #granularityOf: (decision: Pick<Decision, 'scope' | 'value'>) => number;

  constructor(
    feeds: readonly FeedInForce[],
    granularityOf: (decision: Pick<Decision, 'scope' | 'value'>) => number,
  ) {
    this.#feeds = feeds;
    this.#granularityOf = granularityOf;
    this.lists = feeds.map(({ name, action }) => ({ origin: `feed:${name}`, action }));
    this.mostMatches = feeds.reduce((sum, { indicators }) => sum + indicators.mostMatches, 0);
    let start = 0;
    this.#starts = feeds.map(({ indicators }) => {
      const begin = start;
      start += indicators.mostRows;
      return begin;
    });
  }

  get size(): number {
    return this.#feeds.reduce((sum, { indicators }) => sum + indicators.size, 0);
  }

  get usesPlace(): boolean {
    return this.#feeds.some(({ indicators }) => PLACE_SCOPES.some((scope) => indicators.holds(scope)));
  }

  match(request: CheckRequest, family: Family, words: Uint32Array, out: Int32Array, offset: number): number {
    let count = 0;
    for (let index = 0; index < this.#feeds.length; index++) {
      const { indicators } = this.#feeds[index] as FeedInForce;
      const from = offset + count;
      const found = indicators.match(request, family, words, out, from);
      const start = this.#starts[index] as number;
      for (let i = from; i < from + found; i++) out[i] = (out[i] as number) + start;
      count += found;
    }
    return count;
  }

  list(row: number): number {
    let index = this.#starts.length - 1;
    while ((this.#starts[index] as number) > row) index--;
    return index;
  }

  scope(row: number): Scope {
    const index = this.list(row);
    return this.#feed(index).indicators.scope(this.#local(index, row));
  }

  created(row: number): Timestamp {
    const index = this.list(row);
    const { confirmed, indicators } = this.#feed(index);
    return confirmed ?? indicators.seen(this.#local(index, row)) ?? 0;
  }

  expires(row: number): Timestamp {
    const index = this.list(row);
    const { expires, indicators } = this.#feed(index);
    return Math.min(expires, indicators.expires(this.#local(index, row)) ?? expires);
  }

  weight(row: number): number {
    const index = this.list(row);
    return weightOf(this.#feed(index).indicators.confidence(this.#local(index, row)));
  }

  granularity(row: number): number {
    const index = this.list(row);
    const { indicators } = this.#feed(index);
    const local = this.#local(index, row);
    return this.#granularityOf({ scope: indicators.scope(local), value: indicators.value(local) });
  }

  decision(row: number): Decision {
    const index = this.list(row);
    const { name, action, indicators } = this.#feed(index);
    const local = this.#local(index, row);
    const scope = indicators.scope(local);
    const value = indicators.value(local);
    const about = indicators.about(local);
    return {
      id: listedId(name, scope, value),
      scope,
      value,
      action,
      reason: about === undefined ? `listed by feed ${name}` : `listed by feed ${name}: ${about}`,
      origin: `feed:${name}`,
      source: name,
      weight: weightOf(indicators.confidence(local)),
      created: this.created(row),
      expires: this.expires(row),
    };
  }

  /** The decision of an id. Takes a look at every row where the id holds a checksum instead of the value. */
  find(id: string): Decision | undefined {
    for (const [index, { name, indicators }] of this.#feeds.entries()) {
      const head = `feed:${name}:`;
      if (!id.startsWith(head)) continue;
      const colon = id.indexOf(':', head.length);
      const scope = SCOPES.find((each) => each === id.slice(head.length, colon));
      if (scope === undefined) continue;
      const value = id.slice(colon + 1);
      const local = value.startsWith('#') ? rowOfId(indicators, name, id) : indicators.find(scope, value);
      if (local < 0 || indicators.scope(local) !== scope) continue;
      return this.decision((this.#starts[index] as number) + local);
    }
    return undefined;
  }

  *decisions(): IterableIterator<Decision> {
    for (const [index, { indicators }] of this.#feeds.entries()) {
      for (const row of indicators.rows()) yield this.decision((this.#starts[index] as number) + row);
    }
  }

  #feed(index: number): FeedInForce {
    return this.#feeds[index] as FeedInForce;
  }

  #local(index: number, row: number): number {
    return row - (this.#starts[index] as number);
  }
}

/** A weight is above 0; a feed that is not sure at all still counts a little. */
function weightOf(confidence: number): number {
  return Math.max(confidence, 1) / 100;
}

function rowOfId(indicators: IndicatorLookup, name: string, id: string): number {
  for (const row of indicators.rows()) {
    if (listedId(name, indicators.scope(row), indicators.value(row)) === id) return row;
  }
  return -1;
}

/** The id of the decision that a feed's indicator stands for. */
export function listedId(name: string, scope: Scope, value: string): string {
  const id = `feed:${name}:${scope}:${value}`;
  return id.length <= LONGEST_ID
    ? id
    : `feed:${name}:${scope}:#${createHash('sha256').update(value).digest('hex').slice(0, 32)}`;
}
