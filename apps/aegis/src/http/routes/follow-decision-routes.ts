import { Readable } from 'node:stream';
import { Result } from '@aegis/model';
import { z } from 'zod';
import { decisionEvents } from '../decision-events.ts';
import { AskedFlag } from '../documents/values.ts';
import { defineRoute, type Reply, type Route } from '../route.ts';

const FollowQuery = z.strictObject({
  snapshot: AskedFlag.default(false).meta({
    description: 'Begins with a `made` for each decision in force; ignored with Last-Event-ID.',
  }),
});

export const followDecisionRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/decisions/stream',
    id: 'followDecisions',
    tag: 'decisions',
    summary: 'Changes of decisions as they take effect, as server-sent events.',
    description:
      'Events: `made`, `extended` and `lifted` with the decision as data; `ready` when changes follow from here; `resync` ' +
      'where changes were missed: read the list again. Reconnect with Last-Event-ID to go on where you were. ' +
      'A decision that expires ends without an event: its `expires` was told when it was made.',
    permission: 'decisions:read',
    query: FollowQuery,
    endless: true,
    answers: { 200: { description: 'Goes on until either side ends it.', types: ['text/event-stream'] } },
    handler({ services: { decisions }, clock, config, feed }, { query, header, signal: signalOf }) {
      const signal = signalOf();
      if (!feed.takePlace(signal))
        return Result.err({
          status: 503,
          code: 'too_many_followers',
          detail: 'No more followers can be served; try again later.',
          headers: { 'retry-after': '30' },
        });
      const events = decisionEvents({
        feed,
        signal,
        heartbeatMs: config.limits.heartbeatMs,
        lastEventId: header('last-event-id'),
        snapshot: query.snapshot ? { decisions, inForceAt: clock.now() } : undefined,
      });
      return Result.ok<Reply>({ status: 200, type: 'text/event-stream', body: Readable.from(events) });
    },
  }),
];
