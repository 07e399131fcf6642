import type { Scope } from '@aegis/model';
import type { Indicator } from '../indicator.ts';

export const FEED_FORMATS = ['plain', 'csv', 'hosts', 'drop', 'drop_json', 'ipsum', 'misp', 'stix'] as const;
export type FeedFormat = (typeof FEED_FORMATS)[number];

/** What a column of a CSV feed holds; `-` is passed over. */
export const COLUMN_ROLES = ['value', 'type', 'confidence', 'seen', 'expires', 'about', '-'] as const;
export type ColumnRole = (typeof COLUMN_ROLES)[number];

/** What an entry says of its indicator besides the value. */
export type Details = Omit<Indicator, 'scope' | 'value'>;

/** Where a parser brings what it reads. Lines count from 1; where a document has no lines, entries do. */
export interface Findings {
  /** An indicator as it is written; `scope` where the format says what it is. */
  found(line: number, text: string, scope?: Scope, details?: Details): void;
  /** An entry that cannot be used. The reason is of a closed vocabulary, the text what stands there. */
  refused(line: number, reason: string, text: string): void;
}

/** Reads one format. Total: whatever comes, it takes or refuses, in time linear in the size. */
export interface FeedParser {
  line(text: string, number: number): void;
  end(): void;
}
