import type { Family, Timestamp } from '@aegis/model';

/** What is known of where an address is and who announces it. Values are canonical for their scope. */
export interface GeoFacts {
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country?: string;
  /** `AF`, `AN`, `AS`, `EU`, `NA`, `OC`, `SA`. */
  readonly continent?: string;
  /** The number of the origin AS in decimal, without `AS`. */
  readonly as?: string;
  readonly asName?: string;
  /** The live source that `as` came from has not been renewed for too long. */
  readonly stale?: true;
}

/** One file behind a {@link Geo}. */
export interface GeoSource {
  /** As configured. */
  readonly path: string;
  readonly kind: 'mmdb' | 'routes';
  /** What answers now; absent where nothing good was ever read. */
  readonly inForce?: GeoBuild;
  /** Why what lies at the path is not what answers, in words with the mend; empty where it is. */
  readonly trouble: string;
  /** Builds taken into force so far. */
  readonly loads: number;
  /** Versions of the file that could not be used so far. */
  readonly refusals: number;
}

export interface GeoBuild {
  /** `GeoLite2-Country`, `MRT`, `prefix table`. */
  readonly type: string;
  /** When its maker built it. */
  readonly built: Timestamp;
  readonly loaded: Timestamp;
  /** Nodes of a search tree, prefixes of a table. */
  readonly entries: number;
  readonly bytes: number;
}

/**
 * Port: country and autonomous system of an address.
 *
 * A caller may assume: `lookup` does no I/O, never waits, never throws, takes bounded time and memory whatever the
 * data and the address are; its answer is wholly of one build of each file. An address that nothing is known of
 * gives an object without members. A build is replaced in one step, and only by one that was found whole; until
 * then, and when the file is broken or gone, the last good one answers.
 */
export interface Geo {
  /** `words` as of `parseAddressWords`; family 0 is an address of which nothing is known. */
  lookup(family: Family, words: Uint32Array): GeoFacts;
  sources(): readonly GeoSource[];
  /**
   * Looks whether files have changed and takes in what is new. Never rejects. A changed file is read once it has
   * been the same at two calls, so that one that is being written is left alone.
   */
  refresh(): Promise<void>;
  /** Answers nothing from then on; safe to call again. */
  close(): Promise<void>;
}

/** The answer where nothing is known. */
export const UNKNOWN_PLACE: GeoFacts = Object.freeze({});
