import type { CheckRequest, Family, Scope, Timestamp } from '@aegis/model';

/** Indicators that can be asked. A row is an integer from 0 and below `mostRows`; -1 says that there is none. */
export interface IndicatorLookup {
  readonly size: number;
  readonly mostRows: number;
  /** Whether there are any of a scope that is matched as a whole; at once. */
  holds(scope: Scope): boolean;
  /** The most rows that one request can match. */
  readonly mostMatches: number;
  /** Writes the rows that a request matches to `out` from `offset` on and returns how many. Allocates nothing. */
  match(request: CheckRequest, family: Family, words: Uint32Array, out: Int32Array, offset: number): number;
  /** The row of exactly this value, canonical for its scope. */
  find(scope: Scope, value: string): number;
  rows(): Generator<number>;
  scope(row: number): Scope;
  value(row: number): string;
  /** 0-100. */
  confidence(row: number): number;
  /** Its own end, where it has one. */
  expires(row: number): Timestamp | undefined;
  /** When its source last saw it. */
  seen(row: number): Timestamp | undefined;
  /** What its source says of it. */
  about(row: number): string | undefined;
}
