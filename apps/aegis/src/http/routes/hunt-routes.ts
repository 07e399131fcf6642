import { FLOW_FORMATS, type FlowFormat } from '@aegis/hunt';
import { Result } from '@aegis/model';
import { z } from 'zod';
import { CandidateDocument, candidateDocument } from '../documents/candidate-document.ts';
import { HuntStatusDocument, huntStatusDocument } from '../documents/hunt-document.ts';
import { askedInteger, askedScopeValue } from '../documents/values.ts';
import { badRequest, notFound } from '../problem.ts';
import { defineRoute, type RawBody, type Reply, type Route } from '../route.ts';

const FlowQuery = z.strictObject({
  format: (z.enum(FLOW_FORMATS) as z.ZodType<FlowFormat>)
    .optional()
    .meta({ description: 'Default: told from the first line.' }),
});

const CandidateQuery = z.strictObject({
  min_score: askedInteger(0, 100).default(50).meta({ description: 'Default 50.' }),
  limit: askedInteger(1, 500).default(100).meta({ description: 'Default 100.' }),
});

const Taken = z
  .strictObject({
    accepted: z.int().meta({ description: 'Kept; they survive a crash from here on.' }),
    refused: z
      .int()
      .meta({ description: "Whose time is an hour ahead and more, or too far from the others'." }),
    rejected: z
      .array(z.strictObject({ line: z.int(), message: z.string() }))
      .meta({ description: 'Lines that are no flow, from 1; the first 20.' }),
    rejected_count: z.int(),
  })
  .meta({ id: 'FlowReport' });

const EXAMPLE =
  'time,source,destination,port,protocol,duration,sent,received\n1793059200,192.0.2.7,203.0.113.9,443,tcp,0.2,310,512\n';

export const huntRoutes: readonly Route[] = [
  defineRoute<Record<never, never>, z.infer<typeof FlowQuery>, RawBody>({
    method: 'POST',
    path: '/v1/flows',
    id: 'pushFlows',
    tag: 'hunt',
    summary: 'Hands in flows for the hunt.',
    description:
      "Whole lines of one format: Zeek's conn.log, NetFlow or IPFIX as CSV, or JSON lines of an agent; each " +
      'body with its header, where the format has one. A body that is sent again counts again.',
    permission: 'flows:write',
    bulk: true,
    query: FlowQuery,
    body: { 'text/plain': { kind: 'text', example: EXAMPLE } },
    answers: { 202: { description: 'What was accepted.', schema: Taken } },
    async handler({ services: { hunt } }, { query, body }) {
      const taken = await hunt.take('text' in body ? body.text : '', query.format);
      if (!taken.ok) return Result.err(badRequest(`${taken.error}.`));
      const { taken: accepted, refused, faults, faultCount } = taken.value;
      return Result.ok<Reply>({
        status: 202,
        body: { accepted, refused, rejected: faults, rejected_count: faultCount },
      });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/hunt',
    id: 'getHunt',
    tag: 'hunt',
    summary: 'How the hunt stands: what it remembers, and when it last looked.',
    permission: 'memory:read',
    answers: { 200: { description: 'How it stands.', schema: HuntStatusDocument } },
    handler: async ({ services: { hunt } }) =>
      Result.ok<Reply>({ status: 200, body: huntStatusDocument(await hunt.status()) }),
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/hunt/candidates',
    id: 'listCandidates',
    tag: 'hunt',
    summary: 'Servers that may be command-and-control servers, the most suspicious first.',
    permission: 'memory:read',
    query: CandidateQuery,
    answers: {
      200: {
        description: 'Of the last look.',
        schema: z.strictObject({ candidates: z.array(CandidateDocument) }),
      },
    },
    async handler({ services: { hunt } }, { query: { min_score, limit } }) {
      const found = await hunt.candidates(min_score, limit);
      const candidates = found.map((candidate) => candidateDocument(candidate, hunt.allowed));
      return Result.ok<Reply>({ status: 200, body: { candidates } });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/hunt/candidates/{address}',
    id: 'getCandidate',
    tag: 'hunt',
    summary: 'Everything for and against one address, by port.',
    permission: 'memory:read',
    params: z.strictObject({ address: askedScopeValue('ip') }),
    answers: {
      200: {
        description: 'Of the last look.',
        schema: z.strictObject({ candidates: z.array(CandidateDocument) }),
      },
    },
    async handler({ services: { hunt } }, { params: { address } }) {
      const found = await hunt.candidatesAt(address);
      if (found.length === 0)
        return Result.err(notFound(`Nothing speaks for ${address} being a server of bots.`));
      const candidates = found.map((candidate) => candidateDocument(candidate, hunt.allowed));
      return Result.ok<Reply>({ status: 200, body: { candidates } });
    },
  }),
];
