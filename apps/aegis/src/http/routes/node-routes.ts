import { Result } from '@aegis/model';
import { z } from 'zod';
import { NodeDocument } from '../documents/node-document.ts';
import { isoTime } from '../documents/values.ts';
import { defineRoute, type Reply, type Route } from '../route.ts';

const Readiness = z
  .strictObject({ ready: z.boolean(), parts: z.record(z.string(), z.boolean()) })
  .meta({ id: 'Readiness' });

export const nodeRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/node',
    id: 'getNode',
    tag: 'node',
    summary: 'This node, its parts and its backlog.',
    permission: 'node:read',
    answers: { 200: { description: 'The node.', schema: NodeDocument } },
    async handler({ services: { node, health, intake }, clock }) {
      const [{ ready, parts }, backlog] = await Promise.all([health.report(), intake.backlog()]);
      const { id, region, version, startedAt } = node;
      const uptime_seconds = Math.max(0, Math.floor((clock.now() - startedAt) / 1_000));
      const body: NodeDocument = {
        id,
        region,
        version,
        started: isoTime(startedAt),
        uptime_seconds,
        ready,
        parts,
        backlog,
      };
      return Result.ok<Reply>({ status: 200, body });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/health/live',
    id: 'live',
    tag: 'node',
    summary: 'Whether the process answers.',
    permission: 'anyone',
    answers: { 200: { description: 'It does.', schema: z.strictObject({ live: z.literal(true) }) } },
    handler: () => Result.ok<Reply>({ status: 200, body: { live: true } }),
  }),
  defineRoute({
    method: 'GET',
    path: '/health/ready',
    id: 'ready',
    tag: 'node',
    summary: 'Whether every part works.',
    description: 'Says which part does not, not why: that is in /v1/node, with a key.',
    permission: 'anyone',
    answers: {
      200: { description: 'All do.', schema: Readiness },
      503: { description: 'One does not.', schema: Readiness },
    },
    async handler({ services: { health } }) {
      const { ready, parts } = await health.report();
      const working = Object.fromEntries(Object.entries(parts).map(([name, { ok }]) => [name, ok]));
      return Result.ok<Reply>({ status: ready ? 200 : 503, body: { ready, parts: working } });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/metrics',
    id: 'metrics',
    tag: 'node',
    summary: 'Prometheus exposition text.',
    permission: 'metrics:read',
    answers: { 200: { description: 'Metrics.', types: ['text/plain'] } },
    async handler({ services: { metrics } }) {
      const { contentType, text } = await metrics.render();
      return Result.ok<Reply>({ status: 200, type: contentType, body: text });
    },
  }),
];
