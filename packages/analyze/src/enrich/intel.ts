import type { Address } from '@aegis/model';

/** What is known of addresses at one moment: a pure snapshot that the caller took. */
export interface Intel {
  reputation(address: Address): Reputation;
  geo(address: Address): Geo;
  /** Whether the address is one of the crawler of that name; undefined where nobody can say. */
  crawler?(address: Address, name: string): boolean | undefined;
}

export interface Reputation {
  /** On a list or in the attack memory. */
  readonly known: boolean;
  /** `botnet`, `scanner`, `tor_exit`, ... */
  readonly categories: readonly string[];
  /** 0-100, 100 the worst. */
  readonly score: number;
}

export interface Geo {
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  readonly asn?: number;
  readonly asName?: string;
}

const UNKNOWN: Reputation = Object.freeze({ known: false, categories: [], score: 0 });

/** Knows nothing. */
export const emptyIntel: Intel = Object.freeze({
  reputation: () => UNKNOWN,
  geo: () => ({}),
});
