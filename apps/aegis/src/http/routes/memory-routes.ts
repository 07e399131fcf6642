import { type Address, Result } from '@aegis/model';
import { z } from 'zod';
import {
  AttackerDocument,
  attackerDocument,
  CampaignDocument,
  CcServerDocument,
  campaignDocument,
  ccServerDocument,
  NextStageDocument,
  nextStageDocument,
  PatternDocument,
  patternDocument,
} from '../documents/memory-document.ts';
import { AskedTime, askedInteger, askedScopeValue } from '../documents/values.ts';
import { withoutUndefined } from '../documents/without-undefined.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Reply, type Route } from '../route.ts';

const MemoryQuery = z.strictObject({
  limit: askedInteger(1, 500).default(100).meta({ description: 'Default 100.' }),
  seen_since: AskedTime.optional(),
});

export const memoryRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/memory/patterns',
    id: 'listPatterns',
    tag: 'memory',
    summary: 'Attack patterns, most recently seen first.',
    permission: 'memory:read',
    query: MemoryQuery,
    answers: {
      200: { description: 'Patterns.', schema: z.strictObject({ patterns: z.array(PatternDocument) }) },
    },
    async handler({ services: { memory } }, { query: { limit, seen_since } }) {
      const patterns = await memory.patterns(withoutUndefined({ limit, seenSince: seen_since }));
      return Result.ok<Reply>({ status: 200, body: { patterns: patterns.map(patternDocument) } });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/memory/attackers',
    id: 'listAttackers',
    tag: 'memory',
    summary: 'Source addresses, most recently seen first.',
    permission: 'memory:read',
    query: MemoryQuery,
    answers: {
      200: { description: 'Attackers.', schema: z.strictObject({ attackers: z.array(AttackerDocument) }) },
    },
    async handler({ services: { memory } }, { query: { limit, seen_since } }) {
      const attackers = await memory.attackers(withoutUndefined({ limit, seenSince: seen_since }));
      return Result.ok<Reply>({ status: 200, body: { attackers: attackers.map(attackerDocument) } });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/memory/attackers/{address}',
    id: 'getAttacker',
    tag: 'memory',
    summary: 'One source address, and what it may do next.',
    permission: 'memory:read',
    params: z.strictObject({ address: askedScopeValue('ip') }),
    answers: {
      200: {
        description: 'What is known.',
        schema: z.strictObject({
          attacker: AttackerDocument,
          next_stage: NextStageDocument.exactOptional(),
        }),
      },
    },
    async handler({ services: { memory, campaigns } }, { params: { address } }) {
      const attacker = await memory.attacker(address as Address);
      if (attacker === undefined) return Result.err(notFound(`Nothing is known of ${address}.`));
      const next = await campaigns.nextStage(address);
      return Result.ok<Reply>({
        status: 200,
        body: {
          attacker: attackerDocument(attacker),
          ...(next === undefined ? {} : { next_stage: nextStageDocument(next) }),
        },
      });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/memory/campaigns',
    id: 'listCampaigns',
    tag: 'memory',
    summary: 'How the campaigns of the last hour stand and what is next, the busiest first.',
    permission: 'memory:read',
    query: z.strictObject({ limit: askedInteger(1, 500).default(100).meta({ description: 'Default 100.' }) }),
    answers: {
      200: { description: 'Campaigns.', schema: z.strictObject({ campaigns: z.array(CampaignDocument) }) },
    },
    handler: ({ services: { campaigns } }, { query: { limit } }) =>
      Result.ok<Reply>({
        status: 200,
        body: { campaigns: campaigns.list().slice(0, limit).map(campaignDocument) },
      }),
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/memory/cc-servers',
    id: 'listCcServers',
    tag: 'memory',
    summary: 'Command-and-control servers with their bots, most recently seen first.',
    permission: 'memory:read',
    query: MemoryQuery,
    answers: {
      200: {
        description: 'Servers.',
        schema: z.strictObject({ cc_servers: z.array(CcServerDocument) }),
      },
    },
    async handler({ services: { memory } }, { query: { limit, seen_since } }) {
      const servers = await memory.ccServers(withoutUndefined({ limit, seenSince: seen_since }));
      return Result.ok<Reply>({ status: 200, body: { cc_servers: servers.map(ccServerDocument) } });
    },
  }),
];
