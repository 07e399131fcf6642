import { Readable } from 'node:stream';
import { defaultPolicy, type Policy, type PolicyDocument, policyDocument } from '@aegis/decide';
import { Result } from '@aegis/model';
import { z } from 'zod';
import { decisionEvents } from '../decision-events.ts';
import { AskedFlag } from '../documents/values.ts';
import { defineRoute, type Reply, type Route } from '../route.ts';

const FollowQuery = z.strictObject({
  snapshot: AskedFlag.default(false).meta({
    description: 'Begins with a `made` for each decision in force; ignored with Last-Event-ID.',
  }),
  policy: AskedFlag.default(false).meta({
    description:
      'Adds to `ready` how the policy in force weighs: its strategies and whom it exempts. Whom it protects is not told.',
  }),
  enforced: AskedFlag.default(true).meta({
    description:
      'Default true: only decisions that the policy in force lets enforcers have. False shows those of strategies ' +
      'that only watch, and those on what is protected by now, as well.',
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
      'Events: `made`, `extended` and `lifted` with the decision as data; `ready` when changes follow from here; `policy` ' +
      'when another policy is in force; `resync` where changes were missed or the policy withholds others than ' +
      'before: read the list again. Reconnect with Last-Event-ID to go on where you were. ' +
      'A decision that expires ends without an event: its `expires` was told when it was made.',
    permission: 'decisions:read',
    query: FollowQuery,
    endless: true,
    answers: { 200: { description: 'Goes on until either side ends it.', types: ['text/event-stream'] } },
    handler(
      { services: { decisions, feeds, policies }, clock, config, feed },
      { query, header, signal: signalOf },
    ) {
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
        enforces: query.enforced ? (decision) => policies.enforces(decision) : undefined,
        policy: query.policy ? () => weighing(policies.current().effective) : undefined,
        snapshot: query.snapshot ? { decisions, listed: feeds.listed, inForceAt: clock.now() } : undefined,
      });
      return Result.ok<Reply>({ status: 200, type: 'text/event-stream', body: Readable.from(events) });
    },
  }),
];

/** The part of a policy that verdicts depend on. */
function weighing({ name, strategies, exempt }: Policy): PolicyDocument {
  return policyDocument({ ...defaultPolicy, name, strategies, exempt, protected: [] });
}
