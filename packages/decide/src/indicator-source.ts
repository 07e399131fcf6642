import type { Action, CheckRequest, Decision, Family, Scope, Timestamp } from '@aegis/model';

/** What all rows of one list share. */
export interface IndicatorList {
  readonly origin: string;
  readonly action: Action;
}

/**
 * Decisions that come by the million from lists and share nearly everything: kept in columns, looked up in place.
 * A row is an integer from 0; it counts in checks like a decision that was applied, until it expires. Nothing here
 * changes while it is with an engine: a new state of the lists is another source. Ids are those of no decision
 * that is applied.
 */
export interface IndicatorSource {
  readonly size: number;
  readonly lists: readonly IndicatorList[];
  /** Whether any row is about a country, a continent or an autonomous system. */
  readonly usesPlace: boolean;
  /** The most rows that one request can match. */
  readonly mostMatches: number;
  /**
   * Writes the rows that a request matches to `out` from `offset` on and returns how many. `family` and `words` are
   * the request's address as `parseAddressWords` gives them. Allocates nothing.
   */
  match(request: CheckRequest, family: Family, words: Uint32Array, out: Int32Array, offset: number): number;
  /** Which of `lists` it is of. */
  list(row: number): number;
  scope(row: number): Scope;
  created(row: number): Timestamp;
  expires(row: number): Timestamp;
  /** Its own, above 0. */
  weight(row: number): number;
  /** What `granularityOf` says of the decision: it depends on scope and value only. */
  granularity(row: number): number;
  /** The row written out, for verdicts and explanations. */
  decision(row: number): Decision;
  /** The decision of an id. */
  find(id: string): Decision | undefined;
  decisions(): IterableIterator<Decision>;
}
