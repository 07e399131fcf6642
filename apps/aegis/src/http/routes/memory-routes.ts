import { Result } from '@aegis/model';
import { z } from 'zod';
import {
  AttackerDocument,
  attackerDocument,
  PatternDocument,
  patternDocument,
} from '../documents/memory-document.ts';
import { AskedTime, askedInteger } from '../documents/values.ts';
import { withoutUndefined } from '../documents/without-undefined.ts';
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
];
