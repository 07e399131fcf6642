import type { Scope, Timestamp } from '@aegis/model';

/** An IOC as a feed states it, in canonical spelling. */
export interface Indicator {
  readonly scope: Scope;
  /** As `canonicalScopeValue` has it; a URL as WHATWG writes it, without a fragment. */
  readonly value: string;
  /** 0-100; the feed's own where the entry says nothing. */
  readonly confidence?: number;
  /** When its source says it ends. */
  readonly expires?: Timestamp;
  /** When its source last saw it. */
  readonly seen?: Timestamp;
  /** What its source says of it: `SBL1234`, a malware's name. At most {@link LONGEST_ABOUT} characters. */
  readonly about?: string;
}

export const LONGEST_ABOUT = 200;

/** Longer than any value that is taken. */
export const LONGEST_VALUE = 2048;
