import { type CaseRefusal, CLIENT_STATES, DIMENSIONS, MODES } from '@aegis/guard';
import { Result } from '@aegis/model';
import { z } from 'zod';
import {
  GuardBanDocument,
  GuardCaseDocument,
  GuardClientDocument,
  guardBanDocument,
  guardCaseDocument,
  guardClientDocument,
} from '../documents/guard-document.ts';
import { AskedDuration, askedInteger, askedScopeValue, askedText } from '../documents/values.ts';
import { notFound, type Problem } from '../problem.ts';
import { defineRoute, type Reply, type Route } from '../route.ts';
import { writeAudit } from '../write-audit.ts';

const name = askedText(256);
const reason = askedText(1_000);
const UserParams = z.strictObject({ user: name });
const CaseParams = z.strictObject({ id: askedText(64) });
const Lifted = z.strictObject({ lifted: z.boolean() });

const counted = <const T extends readonly string[]>(keys: T) =>
  z.strictObject(Object.fromEntries(keys.map((key) => [key, z.number()])));

const Status = z
  .strictObject({
    mode: z.enum(MODES),
    shadow_ban: z.enum(['off', 'approval', 'on']),
    clients: z.int(),
    states: counted(CLIENT_STATES),
    trust: z.record(z.string(), z.number()),
    calls: z.number(),
    refused: z.number(),
    delayed: z.number(),
    dropped: z.number(),
    triggers: counted(DIMENSIONS),
    ip_bans: counted(['temporary', 'long']),
    open_cases: z.int().meta({ description: 'Appeals and shadow bans that wait for an operator.' }),
  })
  .meta({ id: 'GuardStatus' });

export const guardClientRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/guard',
    id: 'guardStatus',
    tag: 'guard',
    summary: 'What the guard has seen and does.',
    permission: 'guard:read',
    answers: { 200: { description: 'Counts since the start.', schema: Status } },
    handler({ services: { guard } }) {
      const { clients, states, trust, calls, refused, delayed, dropped, triggers, bans } = guard.counts();
      const { mode, shadowBan } = guard.config;
      const open = guard.cases().filter(({ status, asks }) => status === 'appealed' || asks).length;
      const counts = { clients, states, trust, calls, refused, delayed, dropped, triggers, ip_bans: bans };
      return Result.ok<Reply>({
        status: 200,
        body: { mode, shadow_ban: shadowBan, ...counts, open_cases: open },
      });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/guard/clients',
    id: 'guardListClients',
    tag: 'guard',
    summary: 'Clients in a state.',
    permission: 'guard:read',
    query: z.strictObject({
      state: z.enum(CLIENT_STATES).default('shadow_banned'),
      limit: askedInteger(1, 500).default(100),
    }),
    answers: {
      200: {
        description: 'At most as many.',
        schema: z.strictObject({ clients: z.array(GuardClientDocument) }),
      },
    },
    handler({ services: { guard } }, { query: { state, limit } }) {
      return Result.ok<Reply>({
        status: 200,
        body: { clients: guard.list(state, limit).map(guardClientDocument) },
      });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/guard/clients/{user}',
    id: 'guardGetClient',
    tag: 'guard',
    summary: 'One client. One that was never seen has the standing of a new one.',
    permission: 'guard:read',
    params: UserParams,
    answers: { 200: { description: 'Its standing and its cases.', schema: GuardClientDocument } },
    handler: ({ services: { guard } }, { params: { user } }) =>
      Result.ok<Reply>({ status: 200, body: guardClientDocument(guard.inspect(user)) }),
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/guard/clients/{user}/state',
    id: 'guardSetState',
    tag: 'guard',
    summary: 'Puts a client into a state.',
    permission: 'guard:write',
    params: UserParams,
    body: {
      'application/json': {
        kind: 'json',
        schema: z.strictObject({
          state: z.enum(CLIENT_STATES),
          duration: z
            .union([AskedDuration, z.literal('forever')])
            .optional()
            .meta({
              description: 'Default what the state usually takes; forever: until it is lifted.',
            }),
          reason,
        }),
        example: { state: 'write_disabled', duration: '1h', reason: 'insults' },
      },
    },
    answers: { 200: { description: 'Its standing now.', schema: GuardClientDocument } },
    async handler(scene, { params: { user }, body, actor }) {
      const { state, duration } = body;
      const detail = { state, reason: body.reason, ...(duration === undefined ? {} : { duration }) };
      await writeAudit(scene, actor, { action: 'guard.set_state', target: user, result: 'ok', detail });
      const forMs = duration === 'forever' ? Number.POSITIVE_INFINITY : duration;
      const view = scene.services.guard.setState(user, state, { by: actor.name, reason: body.reason }, forMs);
      return Result.ok<Reply>({ status: 200, body: guardClientDocument(view) });
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/v1/guard/clients/{user}/state',
    id: 'guardLiftState',
    tag: 'guard',
    summary: 'Back to normal.',
    permission: 'guard:write',
    params: UserParams,
    query: z.strictObject({ reason: reason.optional() }),
    answers: { 200: { description: 'Whether there was anything to lift.', schema: Lifted } },
    async handler(scene, { params: { user }, query, actor }) {
      const why = query.reason ?? 'lifted through the API';
      await writeAudit(scene, actor, {
        action: 'guard.lift',
        target: user,
        result: 'ok',
        detail: { reason: why },
      });
      const lifted = scene.services.guard.lift(user, { by: actor.name, reason: why });
      return Result.ok<Reply>({ status: 200, body: { lifted } });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/guard/bans',
    id: 'guardListBans',
    tag: 'guard',
    summary: 'Addresses that the guard refuses.',
    permission: 'guard:read',
    answers: { 200: { description: 'All.', schema: z.strictObject({ bans: z.array(GuardBanDocument) }) } },
    handler: ({ services: { guard } }) =>
      Result.ok<Reply>({ status: 200, body: { bans: guard.ipBans().map(guardBanDocument) } }),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/v1/guard/bans',
    id: 'guardLiftBan',
    tag: 'guard',
    summary: 'Ends the ban of an address, here and wherever it was shared.',
    permission: 'guard:write',
    query: z.strictObject({ ip: askedScopeValue('ip') }),
    answers: { 200: { description: 'Whether it was banned.', schema: Lifted } },
    async handler(scene, { query: { ip }, actor }) {
      await writeAudit(scene, actor, { action: 'guard.lift_ban', target: ip, result: 'ok', detail: {} });
      return Result.ok<Reply>({ status: 200, body: { lifted: scene.services.guard.liftIp(ip) } });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/guard/cases',
    id: 'guardListCases',
    tag: 'guard',
    summary: 'Sanctions with their evidence, the newest first.',
    permission: 'guard:read',
    query: z.strictObject({
      status: z.enum(['open', 'appealed', 'upheld', 'overturned']).optional(),
      limit: askedInteger(1, 500).default(100),
    }),
    answers: {
      200: { description: 'At most as many.', schema: z.strictObject({ cases: z.array(GuardCaseDocument) }) },
    },
    handler({ services: { guard } }, { query: { status, limit } }) {
      const cases = guard.cases(status === undefined ? {} : { status }).slice(0, limit);
      return Result.ok<Reply>({ status: 200, body: { cases: cases.map(guardCaseDocument) } });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/guard/cases/{id}/appeal',
    id: 'guardAppeal',
    tag: 'guard',
    summary: 'A client contests a case.',
    permission: 'guard:use',
    params: CaseParams,
    body: {
      'application/json': {
        kind: 'json',
        schema: z.strictObject({ text: askedText(4_000) }),
        example: { text: 'It was a poem.' },
      },
    },
    answers: { 200: { description: 'The case.', schema: GuardCaseDocument } },
    async handler(scene, { params: { id }, body, actor }) {
      const record = scene.services.guard.appeal(id, body.text);
      if (!record.ok) return Result.err(problemOf(record.error));
      await writeAudit(scene, actor, { action: 'guard.appeal', target: id, result: 'ok', detail: {} });
      return Result.ok<Reply>({ status: 200, body: guardCaseDocument(record.value) });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/guard/cases/{id}/ruling',
    id: 'guardRule',
    tag: 'guard',
    summary:
      'An operator rules on a case. Overturned: trust is given back, the state and what was shared of it end.',
    permission: 'guard:write',
    params: CaseParams,
    body: {
      'application/json': {
        kind: 'json',
        schema: z.strictObject({ ruling: z.enum(['upheld', 'overturned']), reason }),
        example: { ruling: 'overturned', reason: 'it was a poem' },
      },
    },
    answers: { 200: { description: 'The case.', schema: GuardCaseDocument } },
    async handler(scene, { params: { id }, body, actor }) {
      const hand = { by: actor.name, reason: body.reason };
      const record = scene.services.guard.rule(id, body.ruling, hand);
      const result = record.ok ? 'ok' : 'refused';
      await writeAudit(scene, actor, { action: 'guard.rule', target: id, result, detail: { ...body } });
      if (!record.ok) return Result.err(problemOf(record.error));
      return Result.ok<Reply>({ status: 200, body: guardCaseDocument(record.value) });
    },
  }),
];

function problemOf({ kind, message }: CaseRefusal): Problem {
  if (kind === 'no_such_case') return notFound('There is no case with this id.');
  return { status: 409, code: 'settled', detail: `Refused: ${message}.` };
}
