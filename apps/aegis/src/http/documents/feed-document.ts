import type { RefusedEntry } from '@aegis/indicators';
import { Action, Scope } from '@aegis/model';
import { z } from 'zod';
import type { FeedStatus } from '../../feeds/feed.ts';
import type { FeedListing, FeedPreview } from '../../node/services.ts';
import { IsoTime, isoTime } from './values.ts';

const Counts = z.record(z.string(), z.int());

const SummaryDocument = z
  .strictObject({
    format: z.string().optional(),
    why: z.string().meta({ description: 'How the format was told.' }),
    lines: z.int(),
    taken: z.int().meta({ description: 'Entries taken, duplicates included.' }),
    unreadable: z.int(),
    declined: z.int().meta({ description: 'Read and not taken: protected addresses, too wide ones.' }),
    reasons: Counts,
    examples: z.array(z.strictObject({ line: z.int(), reason: z.string(), text: z.string() })),
  })
  .meta({ id: 'FeedSummary' });

export interface FeedSummaryDocument {
  readonly format?: string | undefined;
  readonly why: string;
  readonly lines: number;
  readonly taken: number;
  readonly unreadable: number;
  readonly declined: number;
  readonly reasons: Readonly<Record<string, number>>;
  readonly examples: readonly RefusedEntry[];
}

/** A feed as the API shows it. */
export interface FeedDocument {
  readonly name: string;
  readonly url: string;
  readonly action: Action;
  readonly category: string;
  readonly state: 'waiting' | 'current' | 'stale';
  readonly indicators: number;
  readonly scopes: Readonly<Record<string, number>>;
  readonly memory_bytes: number;
  readonly confirmed?: string | undefined;
  readonly changed?: string | undefined;
  readonly next?: string | undefined;
  readonly expires?: string | undefined;
  readonly trouble: string;
  readonly failures: number;
  readonly bytes: number;
  readonly summary?: FeedSummaryDocument | undefined;
}

export const FeedDocument: z.ZodType<FeedDocument> = z
  .strictObject({
    name: z.string(),
    url: z.string().meta({ description: 'Without credentials.' }),
    action: Action,
    category: z.string(),
    state: z
      .enum(['waiting', 'current', 'stale'])
      .meta({ description: 'stale: its last good state is in force, as it cannot be had anew.' }),
    indicators: z.int(),
    scopes: Counts,
    memory_bytes: z.int(),
    confirmed: IsoTime.optional().meta({ description: 'When it last said what it holds.' }),
    changed: IsoTime.optional(),
    next: IsoTime.optional().meta({ description: 'When it is asked again.' }),
    expires: IsoTime.optional().meta({ description: 'When its entries end if it is not confirmed again.' }),
    trouble: z.string().meta({ description: 'Why it is not current; empty when it is.' }),
    failures: z.int().meta({ description: 'In a row.' }),
    bytes: z.int(),
    summary: SummaryDocument.optional(),
  })
  .meta({ id: 'Feed' }) as unknown as z.ZodType<FeedDocument>;

export function feedDocument(status: FeedStatus): FeedDocument {
  const { memoryBytes, confirmed, changed, next, expires, scopes, ...rest } = status;
  return {
    ...rest,
    scopes: scopes as Readonly<Record<string, number>>,
    memory_bytes: memoryBytes,
    ...(confirmed === undefined ? {} : { confirmed: isoTime(confirmed) }),
    ...(changed === undefined ? {} : { changed: isoTime(changed) }),
    ...(next === undefined ? {} : { next: isoTime(next) }),
    ...(expires === undefined ? {} : { expires: isoTime(expires) }),
  };
}

/** What came of asking a feed. */
export interface FeedRefreshDocument {
  readonly outcome: 'unchanged' | 'changed' | 'failed';
  readonly message?: string | undefined;
  readonly changes?: FeedChangesDocument | undefined;
  readonly feed: FeedDocument;
}

export interface FeedChangesDocument {
  readonly added: number;
  readonly kept: number;
  readonly gone: number;
}

const ChangesDocument = z.strictObject({ added: z.int(), kept: z.int(), gone: z.int() });

export const FeedRefreshDocument: z.ZodType<FeedRefreshDocument> = z
  .strictObject({
    outcome: z.enum(['unchanged', 'changed', 'failed']),
    message: z.string().optional(),
    changes: ChangesDocument.optional(),
    feed: FeedDocument,
  })
  .meta({ id: 'FeedRefresh' });

/** A page of what a feed holds. */
export interface IndicatorPageDocument {
  readonly indicators: readonly IndicatorDocument[];
  readonly next?: string | undefined;
}

export interface IndicatorDocument {
  readonly scope: Scope;
  readonly value: string;
  readonly confidence: number;
  readonly expires?: string | undefined;
  readonly seen?: string | undefined;
  readonly about?: string | undefined;
}

export const IndicatorPageDocument: z.ZodType<IndicatorPageDocument> = z
  .strictObject({
    indicators: z.array(
      z.strictObject({
        scope: Scope,
        value: z.string(),
        confidence: z.number(),
        expires: IsoTime.optional(),
        seen: IsoTime.optional(),
        about: z.string().optional(),
      }),
    ),
    next: z.string().optional(),
  })
  .meta({ id: 'IndicatorPage' });

export function indicatorPageDocument({ indicators, next }: FeedListing): IndicatorPageDocument {
  return {
    indicators: indicators.map(({ scope, value, confidence = 0, expires, seen, about }) => ({
      scope,
      value,
      confidence,
      ...(expires === undefined ? {} : { expires: isoTime(expires) }),
      ...(seen === undefined ? {} : { seen: isoTime(seen) }),
      ...(about === undefined ? {} : { about }),
    })),
    ...(next === undefined ? {} : { next: String(next) }),
  };
}

/** What a list holds, and what would change. */
export interface FeedPreviewDocument {
  readonly summary: FeedSummaryDocument;
  readonly indicators: number;
  readonly scopes: Readonly<Record<string, number>>;
  readonly sample: readonly string[];
  readonly broken?: string | undefined;
  readonly changes?: FeedChangesDocument | undefined;
}

export const FeedPreviewDocument: z.ZodType<FeedPreviewDocument> = z
  .strictObject({
    summary: SummaryDocument,
    indicators: z.int(),
    scopes: Counts,
    sample: z.array(z.string()),
    broken: z.string().optional().meta({ description: 'Why it would not be taken for a state of a feed.' }),
    changes: ChangesDocument.optional().meta({ description: 'Against what the feed asked about holds now.' }),
  })
  .meta({ id: 'FeedPreview' }) as unknown as z.ZodType<FeedPreviewDocument>;

export function feedPreviewDocument(preview: FeedPreview): FeedPreviewDocument {
  return { ...preview, scopes: preview.scopes as Readonly<Record<string, number>> };
}
