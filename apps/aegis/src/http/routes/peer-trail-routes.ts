import { Result } from '@aegis/model';
import { z } from 'zod';
import {
  PeerCheckpointsDocument,
  PeerTrailDocument,
  peerCheckpointsDocument,
  peerTrailDocument,
} from '../documents/peer-trail-document.ts';
import { notFound, type Problem } from '../problem.ts';
import { defineRoute, type Outcome, type Reply, type Route } from '../route.ts';
import { writeAudit } from '../write-audit.ts';
import { ALONE } from './mesh-routes.ts';

const PeerParams = z.strictObject({ node: z.string().min(1).max(63) });

const UNHEARD: Problem = notFound('This node has heard of no trail of a node of this name.');

/** What the nodes of a mesh know of one another's trails. */
export const peerTrailRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/trail/peers',
    id: 'listPeerTrails',
    tag: 'audit',
    summary: 'How far the trails of the other nodes of the mesh go, and which are not what they were.',
    permission: 'audit:read',
    answers: {
      200: { description: 'By node.', schema: z.strictObject({ peers: z.array(PeerTrailDocument) }) },
    },
    handler({ services: { mesh } }): Outcome {
      if (mesh === undefined) return Result.err(ALONE);
      const peers = [...mesh.trails()].map(([node, trail]) => peerTrailDocument(node, trail));
      peers.sort((a, b) => (a.node < b.node ? -1 : 1));
      return Result.ok<Reply>({ status: 200, body: { peers } });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/trail/peers/{node}',
    id: 'getPeerTrail',
    tag: 'audit',
    summary: 'The checkpoints that are kept of the trail of another node, to hold what it has against them.',
    permission: 'audit:read',
    params: PeerParams,
    answers: { 200: { description: 'They.', schema: PeerCheckpointsDocument } },
    handler({ services: { mesh } }, { params: { node } }): Outcome {
      if (mesh === undefined) return Result.err(ALONE);
      const trail = mesh.trails().get(node);
      if (trail === undefined) return Result.err(UNHEARD);
      return Result.ok<Reply>({ status: 200, body: peerCheckpointsDocument(node, trail) });
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/v1/trail/peers/{node}',
    id: 'forgetPeerTrail',
    tag: 'audit',
    summary: 'Forgets what is kept of the trail of another node: what it shows next is believed.',
    description: 'For a node that was set up anew. What was found stays on the trail of this node.',
    permission: 'keys:manage',
    params: PeerParams,
    answers: { 200: { description: 'It is forgotten.', schema: z.strictObject({ forgotten: z.string() }) } },
    async handler(scene, { params: { node }, actor }): Promise<Outcome> {
      const { mesh } = scene.services;
      if (mesh === undefined) return Result.err(ALONE);
      const before = mesh.trails().get(node);
      const isForgotten = before !== undefined && (await mesh.forgetTrail(node));
      const result = isForgotten ? 'ok' : 'refused';
      const detail = before === undefined ? {} : { before: peerTrailDocument(node, before) };
      await writeAudit(scene, actor, { action: 'trail.forget-peer', target: node, result, detail });
      return isForgotten ? Result.ok({ status: 200, body: { forgotten: node } }) : Result.err(UNHEARD);
    },
  }),
];
