import { Readable } from 'node:stream';
import { AegisError, Result } from '@aegis/model';
import { z } from 'zod';
import { exportLines } from '../../trail/trail-export.ts';
import { AskedFlag, askedInteger } from '../documents/values.ts';
import type { Problem } from '../problem.ts';
import { defineRoute, type Outcome, type Reply, type Route } from '../route.ts';
import { writeAudit } from '../write-audit.ts';

const Base64 = z.base64();

const ProofDocument = z
  .strictObject({
    index: z.int(),
    size: z.int().meta({ description: 'Entries under the checkpoint.' }),
    body: z.string().optional().meta({ description: 'Canonical JSON; absent once it has expired.' }),
    leaf: Base64,
    proof: z.array(Base64),
    checkpoint: z.string(),
    public_key: z.string(),
  })
  .meta({ id: 'TrailProof' });

const AgreementDocument = z
  .strictObject({
    findings: z.array(z.strictObject({ kind: z.string(), from: z.int(), to: z.int(), message: z.string() })),
    same: z.int().meta({ description: 'Records that are the same in both.' }),
    waiting: z.int().meta({ description: 'Writes that are not on the trail yet.' }),
  })
  .meta({ id: 'TrailAgreement' });

const NO_CHECKPOINT: Problem = {
  status: 404,
  code: 'not_found',
  detail: 'There is no such entry under a signed checkpoint yet.',
};

export const trailRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/trail/public-key',
    id: 'getTrailKey',
    tag: 'audit',
    summary: 'The key that verifies the checkpoints of this node.',
    permission: 'audit:read',
    answers: { 200: { description: 'One line.', schema: z.strictObject({ public_key: z.string() }) } },
    handler({ services: { trail } }) {
      return Result.ok<Reply>({ status: 200, body: { public_key: trail.publicKey } });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/trail/checkpoint',
    id: 'getTrailCheckpoint',
    tag: 'audit',
    summary: 'The latest signed checkpoint.',
    permission: 'audit:read',
    answers: { 200: { description: 'Its text.', schema: z.strictObject({ checkpoint: z.string() }) } },
    async handler({ services: { trail } }): Promise<Outcome> {
      const checkpoint = await trail.checkpoint();
      return checkpoint === undefined
        ? Result.err(NO_CHECKPOINT)
        : Result.ok({ status: 200, body: { checkpoint } });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/trail/proof/{entry}',
    id: 'getTrailProof',
    tag: 'audit',
    summary: 'That an entry is on the trail: an inclusion proof of RFC 6962 with its checkpoint.',
    permission: 'audit:read',
    params: z.strictObject({
      entry: z
        .string()
        .min(1)
        .max(128)
        .meta({ description: 'Its number, or the id of an audit entry or event.' }),
    }),
    answers: { 200: { description: 'The proof.', schema: ProofDocument } },
    async handler({ services: { trail } }, { params: { entry } }): Promise<Outcome> {
      const proof = await trail.prove(/^\d{1,15}$/.test(entry) ? Number(entry) : entry);
      if (proof === undefined) return Result.err(NO_CHECKPOINT);
      const hashes = { leaf: base64(proof.leaf), proof: proof.proof.map(base64) };
      return Result.ok({ status: 200, body: { ...proof, ...hashes, public_key: trail.publicKey } });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/trail/consistency',
    id: 'getTrailConsistency',
    tag: 'audit',
    summary: 'That the trail only grew between two sizes: a consistency proof of RFC 6962.',
    permission: 'audit:read',
    query: z.strictObject({
      from: askedInteger(1, Number.MAX_SAFE_INTEGER),
      to: askedInteger(1, Number.MAX_SAFE_INTEGER),
    }),
    answers: {
      200: {
        description: 'The proof.',
        schema: z.strictObject({ from: z.int(), to: z.int(), proof: z.array(Base64) }),
      },
    },
    async handler({ services: { trail } }, { query: { from, to } }): Promise<Outcome> {
      try {
        if (to > (await trail.size())) return Result.err(NO_CHECKPOINT);
        return Result.ok({
          status: 200,
          body: { from, to, proof: (await trail.consistency(from, to)).map(base64) },
        });
      } catch (error) {
        if (!(error instanceof AegisError) || error.code !== 'bad_proof_range') throw error;
        return Result.err({ status: 400, code: 'bad_request', detail: error.message });
      }
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/trail/agreement',
    id: 'getTrailAgreement',
    tag: 'audit',
    summary: 'Compares every record of the ledger with the trail.',
    permission: 'audit:read',
    answers: { 200: { description: 'What differs.', schema: AgreementDocument } },
    async handler({ services: { trail } }) {
      return Result.ok<Reply>({ status: 200, body: await trail.agreement() });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/trail/export',
    id: 'exportTrail',
    tag: 'audit',
    summary: 'The whole trail with its checkpoints, to be kept and verified anywhere.',
    permission: 'audit:read',
    endless: true,
    query: z.strictObject({
      settle: AskedFlag.optional().meta({ description: 'Signs what waits first. Default true.' }),
    }),
    answers: { 200: { description: 'Lines of JSON.', types: ['application/x-ndjson'] } },
    async handler(scene, { query: { settle = true }, actor }) {
      const { trail } = scene.services;
      await writeAudit(scene, actor, { action: 'trail.export', target: 'trail', result: 'ok', detail: {} });
      if (settle) await trail.settle();
      return Result.ok<Reply>({
        status: 200,
        type: 'application/x-ndjson',
        headers: { 'content-disposition': 'attachment; filename="trail.ndjson"' },
        body: Readable.from(ended(exportLines(trail))),
      });
    },
  }),
];

async function* ended(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
