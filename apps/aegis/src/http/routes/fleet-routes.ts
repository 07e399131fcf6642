import { AgentId, FleetTarget } from '@aegis/fleet';
import { Result } from '@aegis/model';
import { z } from 'zod';
import type { ConfigRefusal } from '../../fleet/config-book.ts';
import {
  AgentDocument,
  agentDocument,
  FleetConfigDocument,
  FleetStatusDocument,
  fleetConfigDocument,
  fleetStatusDocument,
  HaltOrderDocument,
} from '../documents/fleet-document.ts';
import { AskedFlag, askedInteger, askedText, isoTime } from '../documents/values.ts';
import { withoutUndefined } from '../documents/without-undefined.ts';
import { notFound, type Problem } from '../problem.ts';
import { defineRoute, type Reply, type Route } from '../route.ts';
import { writeAudit } from '../write-audit.ts';

const Target: z.ZodType<FleetTarget> = z
  .string()
  .max(160)
  .meta({ examples: ['all', 'group:web', 'room:fra-2'] })
  .transform((text, context) => {
    const parsed = FleetTarget.parse(text);
    if (parsed.ok) return parsed.value;
    context.addIssue(parsed.error);
    return z.NEVER;
  });

const AskedAgent: z.ZodType<AgentId> = z
  .string()
  .max(40)
  .transform((text, context) => {
    const parsed = AgentId.parse(text);
    if (parsed.ok) return parsed.value;
    context.addIssue(parsed.error);
    return z.NEVER;
  });

const Reason = z.string().trim().min(1).max(1_000).meta({ description: 'For whoever reads the history.' });

const ConfigBodyDocument = z.strictObject({
  target: Target,
  body: z.unknown(),
  share: z.number().min(0).max(100).optional().meta({
    description: "Percent of the target's agents, the others keep the version before; default 100.",
  }),
  base: z.int().min(0).optional().meta({
    description:
      'The version that the change was made from; where another is the newest it is refused (409).',
  }),
  reason: Reason,
});

const RestoreBody = z.strictObject({ target: Target, version: z.int().min(1), reason: Reason });
const OrderBody = z.strictObject({ reason: Reason });
const ORDER_EXAMPLE = { reason: 'a plugin eats memory' };

export const fleetRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/fleet',
    id: 'getFleet',
    tag: 'fleet',
    summary: 'How the agents of this server stand, and whether they are to halt.',
    permission: 'fleet:read',
    answers: { 200: { description: 'Counts.', schema: FleetStatusDocument } },
    handler: ({ services: { fleet } }) =>
      Result.ok<Reply>({ status: 200, body: fleetStatusDocument(fleet.status()) }),
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/fleet/agents',
    id: 'listAgents',
    tag: 'fleet',
    summary: 'Agents of this server, by id.',
    permission: 'fleet:read',
    query: z.strictObject({
      limit: askedInteger(1, 1_000).default(100).meta({ description: 'Default 100.' }),
      after: askedText(40).optional().meta({ description: '`next` of the page before.' }),
      text: askedText(256).optional().meta({ description: 'Found in anything known of it, any case.' }),
      online: AskedFlag.optional(),
    }),
    answers: {
      200: {
        description: 'A page.',
        schema: z.strictObject({ agents: z.array(AgentDocument), next: z.string().exactOptional() }),
      },
    },
    handler({ services: { fleet } }, { query }) {
      const agents = fleet.agents(withoutUndefined(query));
      const next = agents.length === query.limit ? agents.at(-1)?.state.id : undefined;
      return Result.ok<Reply>({
        status: 200,
        body: { agents: agents.map(agentDocument), ...(next === undefined ? {} : { next }) },
      });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/fleet/agents/{id}',
    id: 'getAgent',
    tag: 'fleet',
    summary: 'One agent: its health, what it is to have, and what it says it has.',
    permission: 'fleet:read',
    params: z.strictObject({ id: AskedAgent }),
    answers: {
      200: {
        description: 'The agent.',
        schema: z.strictObject({
          agent: AgentDocument,
          wanted: z.unknown().meta({ description: 'The config that it is to have; null: none.' }),
          effective: z.string().exactOptional().meta({ description: 'What it says is in force.' }),
        }),
      },
    },
    handler({ services: { fleet } }, { params: { id } }) {
      const agent = fleet.agent(id);
      if (agent === undefined) return Result.err(notFound(`This server knows no agent ${id}.`));
      const { effectiveConfig } = agent.state;
      return Result.ok<Reply>({
        status: 200,
        body: {
          agent: agentDocument(agent),
          wanted: agent.wanted === undefined ? null : JSON.parse(agent.wanted.text),
          ...(effectiveConfig === undefined ? {} : { effective: effectiveConfig }),
        },
      });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/fleet/configs/{target}',
    id: 'listFleetConfigs',
    tag: 'fleet',
    summary: 'Versions of the config of a target, newest first.',
    permission: 'fleet:read',
    params: z.strictObject({ target: Target }),
    answers: {
      200: { description: 'Versions.', schema: z.strictObject({ versions: z.array(FleetConfigDocument) }) },
    },
    async handler({ services: { fleet } }, { params: { target } }) {
      const versions = await fleet.history(target);
      return Result.ok<Reply>({ status: 200, body: { versions: versions.map(fleetConfigDocument) } });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/fleet/configs',
    id: 'listFleetTargets',
    tag: 'fleet',
    summary: 'Targets that have a config.',
    permission: 'fleet:read',
    answers: { 200: { description: 'Targets.', schema: z.strictObject({ targets: z.array(z.string()) }) } },
    handler: ({ services: { fleet } }) =>
      Result.ok<Reply>({ status: 200, body: { targets: fleet.targets() } }),
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/fleet/configs',
    id: 'putFleetConfig',
    tag: 'fleet',
    summary: 'Gives a target a new version of its config; connected agents are offered it at once.',
    description:
      'An agent has the configs of `all`, of its groups, of its room and its own, merged in this order: objects ' +
      'member by member, `null` takes away (RFC 7396).',
    permission: 'fleet:write',
    body: {
      'application/json': {
        kind: 'json',
        schema: ConfigBodyDocument,
        example: { target: 'all', body: { log_level: 'info' }, reason: 'a first config' },
      },
    },
    answers: { 201: { description: 'The version.', schema: FleetConfigDocument } },
    async handler(scene, { body, actor }) {
      const { share, base, ...rest } = body;
      const wish = { ...rest, body: rest.body, ...withoutUndefined({ share, base }) };
      const put = await scene.services.fleet.configure(wish, actor.name);
      const detail = put.ok
        ? { version: put.value.version, share: put.value.share, reason: body.reason }
        : { why: put.error.kind };
      const result = put.ok ? 'ok' : 'refused';
      await writeAudit(scene, actor, { action: 'fleet.config', target: body.target, result, detail });
      return put.ok
        ? Result.ok<Reply>({ status: 201, body: fleetConfigDocument(put.value) })
        : Result.err(problemOf(put.error));
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/fleet/configs/rollback',
    id: 'rollBackFleetConfig',
    tag: 'fleet',
    summary: 'What an earlier version said, as a new version.',
    permission: 'fleet:write',
    body: {
      'application/json': {
        kind: 'json',
        schema: RestoreBody,
        example: { target: 'all', version: 1, reason: 'the new one was wrong' },
      },
    },
    answers: { 201: { description: 'The version.', schema: FleetConfigDocument } },
    async handler(scene, { body, actor }) {
      const put = await scene.services.fleet.restore(body, actor.name);
      const detail = put.ok
        ? { version: put.value.version, restored: body.version, reason: body.reason }
        : { why: put.error.kind };
      const result = put.ok ? 'ok' : 'refused';
      await writeAudit(scene, actor, { action: 'fleet.rollback', target: body.target, result, detail });
      return put.ok
        ? Result.ok<Reply>({ status: 201, body: fleetConfigDocument(put.value) })
        : Result.err(problemOf(put.error));
    },
  }),
  ...(['halt', 'resume'] as const).map((deed) =>
    defineRoute<Record<never, never>, Record<never, never>, z.infer<typeof OrderBody>>({
      method: 'POST',
      path: `/v1/fleet/${deed}`,
      id: `${deed}Fleet`,
      tag: 'fleet',
      summary: deed === 'halt' ? 'Halts every agent of the fleet.' : 'Has every agent go on.',
      description:
        'Connected agents hear it at once; the others before they do anything else when they come back. Agents ' +
        'verify the signature and obey the highest epoch.',
      permission: 'fleet:halt',
      body: { 'application/json': { kind: 'json', schema: OrderBody, example: ORDER_EXAMPLE } },
      answers: { 200: { description: 'The order.', schema: HaltOrderDocument } },
      async handler(scene, { body: { reason }, actor }) {
        const state = deed === 'halt' ? 'halted' : 'running';
        const order = await scene.services.fleet.order(state, actor.name, reason);
        const detail = { epoch: order.epoch, reason };
        await writeAudit(scene, actor, { action: `fleet.${deed}`, target: 'all', result: 'ok', detail });
        return Result.ok<Reply>({ status: 200, body: { ...order, at: isoTime(order.at) } });
      },
    }),
  ),
];

const STATUS_OF: Readonly<Record<ConfigRefusal['kind'], number>> = {
  bad_config: 400,
  conflict: 409,
  no_version: 404,
};

function problemOf({ kind, message }: ConfigRefusal): Problem {
  return { status: STATUS_OF[kind], code: kind, detail: `${message}.` };
}
