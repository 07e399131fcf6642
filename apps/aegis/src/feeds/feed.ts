import type { FeedInForce, FeedSummary, IndicatorLookup } from '@aegis/indicators';
import type { Action, Scope, Timestamp } from '@aegis/model';
import type { FeedSettings } from '../config/sections/feeds-setting.ts';
import type { FeedChanges } from './feed-job.ts';

/** How a feed stands. */
export interface FeedStatus {
  readonly name: string;
  /** Without credentials. */
  readonly url: string;
  readonly action: Action;
  readonly category: string;
  /** `waiting`: nothing yet; `current`; `stale`: the last good state, as it cannot be had anew. */
  readonly state: 'waiting' | 'current' | 'stale';
  readonly indicators: number;
  readonly scopes: Readonly<Partial<Record<Scope, number>>>;
  readonly memoryBytes: number;
  /** When it last said what it holds. */
  readonly confirmed?: Timestamp;
  /** When what it holds last changed. */
  readonly changed?: Timestamp;
  /** When it is asked again. */
  readonly next?: Timestamp;
  /** When its entries end if it is not confirmed again. */
  readonly expires?: Timestamp;
  /** Why it is not current, in words. */
  readonly trouble: string;
  /** Failures in a row. */
  readonly failures: number;
  /** Of what was read last. */
  readonly bytes: number;
  readonly summary?: FeedSummary;
}

/** What came of asking a feed. */
export type FeedRefresh =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'changed'; readonly changes?: FeedChanges }
  | { readonly kind: 'failed'; readonly message: string };

/** A source of indicators with a life of its own. */
export interface Feed {
  readonly settings: FeedSettings;
  /** Puts in force what was kept, without the network. */
  restore(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
  /** Asks it now. */
  refresh(): Promise<FeedRefresh>;
  /** Undefined while it holds nothing. */
  inForce(): FeedInForce | undefined;
  readonly lookup: IndicatorLookup | undefined;
  /** Of what was read last. */
  readonly bytes: number;
  status(): FeedStatus;
}

/** A URL that can be shown: user name, password and query may hold secrets. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  if (parsed.search !== '') parsed.search = '?…';
  return decodeURI(parsed.href);
}
