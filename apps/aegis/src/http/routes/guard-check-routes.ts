import { VIOLATIONS } from '@aegis/guard';
import { rateLimitFields } from '@aegis/guard-node';
import { Result } from '@aegis/model';
import { z } from 'zod';
import type { Services } from '../../node/services.ts';
import { GuardVerdictDocument, guardVerdictDocument } from '../documents/guard-document.ts';
import { askedScopeValue, askedText } from '../documents/values.ts';
import { defineRoute, type Reply, type Route } from '../route.ts';

/** Checks that one request may ask for together. */
const BATCH = 1_000;

const name = askedText(256);
const address = askedScopeValue('ip');

const connection = { ip: address, user: name.optional() };
const rpc = {
  user: name.optional(),
  device: name.optional(),
  method: name,
  channel: name.optional(),
  ip: address.optional(),
};
const message = {
  user: name,
  device: name.optional(),
  channel: name,
  recipient_count: z.int().min(0).max(1_000_000_000),
  size: z.int().min(0).max(1_000_000_000_000).meta({ description: 'Bytes.' }),
  is_media: z.boolean().default(false),
  ip: address.optional(),
};

const Connection = z.strictObject(connection).meta({ id: 'GuardConnection' });
const Rpc = z.strictObject(rpc).meta({ id: 'GuardRpc' });
const Message = z.strictObject(message).meta({ id: 'GuardMessage' });
const Check = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('connection'), ...connection }),
  z.strictObject({ kind: z.literal('rpc'), ...rpc }),
  z.strictObject({ kind: z.literal('message'), ...message }),
]);

const answers = {
  200: {
    description:
      'What to do, allowed or not. `RateLimit`, `RateLimit-Policy` and `Retry-After` are for the client.',
    schema: GuardVerdictDocument,
  },
};

function check(guard: Services['guard'], asked: z.infer<typeof Check>) {
  if (asked.kind === 'connection') return guard.checkConnection(asked.ip, { user: asked.user });
  if (asked.kind === 'rpc') return guard.checkRpc(asked);
  const { recipient_count, is_media, ...rest } = asked;
  return guard.checkSendMessage({ ...rest, recipientCount: recipient_count, isMedia: is_media });
}

function reply({ guard }: Services, asked: z.infer<typeof Check>): Result<Reply, never> {
  const verdict = check(guard, asked);
  const method = asked.kind === 'rpc' ? asked.method : 'send';
  const quotas =
    asked.kind === 'connection' && asked.user !== undefined ? [] : guard.quotas({ ...asked, method });
  return Result.ok({
    status: 200,
    headers: rateLimitFields(verdict, quotas),
    body: guardVerdictDocument(verdict),
  });
}

export const guardCheckRoutes: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: '/v1/guard/check-connection',
    id: 'guardCheckConnection',
    tag: 'guard',
    summary: 'Somebody connects.',
    description: 'Name the user where a session was checked: then the account counts and not its address.',
    permission: 'guard:use',
    body: { 'application/json': { kind: 'json', schema: Connection, example: { ip: '192.0.2.1' } } },
    answers,
    handler: ({ services }, { body }) => reply(services, { kind: 'connection', ...body }),
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/guard/check-rpc',
    id: 'guardCheckRpc',
    tag: 'guard',
    summary: 'A call.',
    permission: 'guard:use',
    body: {
      'application/json': {
        kind: 'json',
        schema: Rpc,
        example: { user: 'ann', device: 'phone', method: 'sync', ip: '192.0.2.1' },
      },
    },
    answers,
    handler: ({ services }, { body }) => reply(services, { kind: 'rpc', ...body }),
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/guard/check-message',
    id: 'guardCheckMessage',
    tag: 'guard',
    summary: 'A message to a channel.',
    permission: 'guard:use',
    body: {
      'application/json': {
        kind: 'json',
        schema: Message,
        example: { user: 'ann', channel: 'lobby', recipient_count: 20, size: 400 },
      },
    },
    answers,
    handler: ({ services }, { body }) => reply(services, { kind: 'message', ...body }),
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/guard/checks',
    id: 'guardCheckMany',
    tag: 'guard',
    summary: `Up to ${BATCH} checks, in the order asked.`,
    permission: 'guard:use',
    bulk: true,
    body: {
      'application/json': {
        kind: 'json',
        schema: z.strictObject({ checks: z.array(Check).max(BATCH) }),
        example: {
          checks: [
            { kind: 'connection', ip: '192.0.2.1' },
            { kind: 'rpc', user: 'ann', method: 'profile' },
          ],
        },
      },
    },
    answers: {
      200: {
        description: 'The verdicts.',
        schema: z.strictObject({ verdicts: z.array(GuardVerdictDocument) }),
      },
    },
    handler({ services: { guard } }, { body }) {
      const verdicts = body.checks.map((asked) => guardVerdictDocument(check(guard, asked)));
      return Result.ok<Reply>({ status: 200, body: { verdicts } });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/guard/violations',
    id: 'guardReportViolation',
    tag: 'guard',
    summary: 'Somebody did wrong.',
    permission: 'guard:use',
    body: {
      'application/json': {
        kind: 'json',
        schema: z
          .strictObject({
            user: name.optional(),
            ip: address.optional(),
            violation: z.enum(VIOLATIONS),
            detail: askedText(256).optional(),
          })
          .refine(({ user, ip }) => user !== undefined || ip !== undefined, {
            error: 'expected user, ip or both',
          }),
        example: { user: 'mallory', ip: '192.0.2.66', violation: 'spam', detail: 'the same text 40 times' },
      },
    },
    answers: { 200: { description: 'It counts.', schema: z.strictObject({ counted: z.literal(true) }) } },
    handler({ services: { guard } }, { body }) {
      guard.reportViolation(body);
      return Result.ok<Reply>({ status: 200, body: { counted: true } });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/guard/good',
    id: 'guardReportGood',
    tag: 'guard',
    summary: 'Somebody did well.',
    permission: 'guard:use',
    body: {
      'application/json': { kind: 'json', schema: z.strictObject({ user: name }), example: { user: 'ann' } },
    },
    answers: {
      200: {
        description: 'Whether it counted: good acts count so many times an hour.',
        schema: z.strictObject({ counted: z.boolean() }),
      },
    },
    handler: ({ services: { guard } }, { body }) =>
      Result.ok<Reply>({ status: 200, body: { counted: guard.reportGood(body.user) } }),
  }),
];
