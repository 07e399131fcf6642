import { FEED_FORMATS, type FeedFormat } from '@aegis/indicators';
import { Result } from '@aegis/model';
import { z } from 'zod';
import {
  FeedDocument,
  FeedPreviewDocument,
  FeedRefreshDocument,
  feedDocument,
  feedPreviewDocument,
  IndicatorPageDocument,
  indicatorPageDocument,
} from '../documents/feed-document.ts';
import { askedInteger, askedText } from '../documents/values.ts';
import { withoutUndefined } from '../documents/without-undefined.ts';
import { badRequest, notFound } from '../problem.ts';
import { defineRoute, type RawBody, type Reply, type Route } from '../route.ts';

const FeedParams = z.strictObject({ name: z.string().min(1).max(64) });
const noFeed = (name: string): ReturnType<typeof notFound> =>
  notFound(`There is no feed ${name}; those of the config are in /v1/feeds.`);

const PreviewQuery = z.strictObject({
  format: (z.enum(FEED_FORMATS) as z.ZodType<FeedFormat>)
    .optional()
    .meta({ description: 'Default: told from its beginning.' }),
  feed: askedText(64).optional().meta({ description: 'The feed whose state it is compared with.' }),
});

const ListQuery = z.strictObject({
  limit: askedInteger(1, 1_000).default(100).meta({ description: 'Default 100.' }),
  cursor: askedInteger(0, 100_000_000).default(0).meta({ description: '`next` of the page before.' }),
});

export const feedRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/feeds',
    id: 'listFeeds',
    tag: 'feeds',
    summary: 'Feeds of indicators and how they stand.',
    permission: 'feeds:read',
    answers: {
      200: {
        description: 'In the order of the config.',
        schema: z.strictObject({ feeds: z.array(FeedDocument) }),
      },
    },
    handler: ({ services: { feeds } }) =>
      Result.ok<Reply>({ status: 200, body: { feeds: feeds.list().map(feedDocument) } }),
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/feeds/{name}',
    id: 'getFeed',
    tag: 'feeds',
    summary: 'One feed.',
    permission: 'feeds:read',
    params: FeedParams,
    answers: { 200: { description: 'How it stands.', schema: FeedDocument } },
    handler({ services: { feeds } }, { params: { name } }) {
      const status = feeds.get(name);
      return status === undefined
        ? Result.err(noFeed(name))
        : Result.ok<Reply>({ status: 200, body: feedDocument(status) });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/feeds/{name}/refresh',
    id: 'refreshFeed',
    tag: 'feeds',
    summary: 'Asks a feed now, and answers once what it says is in force.',
    description: 'A feed that cannot be had is no fault of this node: the outcome says so, with status 200.',
    permission: 'feeds:write',
    params: FeedParams,
    answers: { 200: { description: 'What came of it.', schema: FeedRefreshDocument } },
    async handler({ services: { feeds } }, { params: { name }, actor }) {
      const outcome = await feeds.refresh(name, actor);
      const status = feeds.get(name);
      if (outcome === undefined || status === undefined) return Result.err(noFeed(name));
      const { kind, ...rest } = outcome;
      return Result.ok<Reply>({ status: 200, body: { outcome: kind, ...rest, feed: feedDocument(status) } });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/feeds/{name}/indicators',
    id: 'listIndicators',
    tag: 'feeds',
    summary: 'What a feed holds, in its own order.',
    permission: 'feeds:read',
    params: FeedParams,
    query: ListQuery,
    answers: { 200: { description: 'A page.', schema: IndicatorPageDocument } },
    handler({ services: { feeds } }, { params: { name }, query: { limit, cursor } }) {
      const listing = feeds.indicators(name, cursor, limit);
      return listing === undefined
        ? Result.err(noFeed(name))
        : Result.ok<Reply>({ status: 200, body: indicatorPageDocument(listing) });
    },
  }),
  defineRoute<Record<never, never>, z.infer<typeof PreviewQuery>, RawBody>({
    method: 'POST',
    path: '/v1/feeds/preview',
    id: 'previewFeed',
    tag: 'feeds',
    summary: 'What a list holds and what would change, without putting any of it in force.',
    description: 'The list itself is the body: this node fetches nothing that a client names.',
    permission: 'feeds:write',
    bulk: true,
    query: PreviewQuery,
    body: { 'text/plain': { kind: 'text', example: '192.0.2.1\n198.51.100.0/24\n' } },
    answers: { 200: { description: 'What it holds.', schema: FeedPreviewDocument } },
    async handler({ services: { feeds } }, { query, body }) {
      const text = 'text' in body ? body.text : '';
      const preview = await feeds.preview(withoutUndefined({ ...query, body: Buffer.from(text) }));
      return preview.ok
        ? Result.ok<Reply>({ status: 200, body: feedPreviewDocument(preview.value) })
        : Result.err(badRequest(`${preview.error}.`));
    },
  }),
];
