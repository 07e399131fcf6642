import { Result } from '@aegis/model';
import { z } from 'zod';
import { MeshDocument, meshDocument } from '../documents/mesh-document.ts';
import type { Problem } from '../problem.ts';
import { defineRoute, type Reply, type Route } from '../route.ts';
import { writeAudit } from '../write-audit.ts';

export const ALONE: Problem = {
  status: 404,
  code: 'no_mesh',
  detail: 'This node is in no mesh: mesh.hosts of its config names none.',
};

const RevocationWish = z
  .strictObject({ list: z.string().min(1).max(100_000) })
  .meta({ id: 'RevocationWish' });

export const meshRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/mesh',
    id: 'getMesh',
    tag: 'mesh',
    summary: 'The nodes that this one shares with, and whether it can reach them.',
    permission: 'node:read',
    answers: { 200: { description: 'The mesh.', schema: MeshDocument } },
    handler({ services: { mesh, node } }) {
      if (mesh === undefined) return Result.err(ALONE);
      return Result.ok<Reply>({ status: 200, body: meshDocument(mesh, node.id) });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/mesh/revocations',
    id: 'revokeNodes',
    tag: 'mesh',
    summary: 'Puts a list of revoked node tokens in force, here and on every node.',
    description: 'The list is signed by the authority of the mesh: `aegis mesh revoke` makes and sends it.',
    permission: 'keys:manage',
    body: {
      'application/json': {
        kind: 'json',
        schema: RevocationWish,
        example: { list: 'eyJhbGciOiJFZERTQSJ9…' },
      },
    },
    answers: {
      200: { description: 'How many tokens it names.', schema: z.strictObject({ revoked: z.int() }) },
    },
    async handler(scene, { body, actor }) {
      const { mesh } = scene.services;
      if (mesh === undefined) return Result.err(ALONE);
      const taken = await mesh.revoke(body.list);
      const result = taken.ok ? 'ok' : 'refused';
      const detail = taken.ok ? { revoked: taken.value } : { why: taken.error };
      await writeAudit(scene, actor, { action: 'mesh.revoke', target: mesh.mesh, result, detail });
      return taken.ok
        ? Result.ok<Reply>({ status: 200, body: { revoked: taken.value } })
        : Result.err({ status: 400, code: 'bad_revocations', detail: `Refused: ${taken.error}.` });
    },
  }),
];
