import { Readable } from 'node:stream';
import { Action, type Decision, Result, Scope } from '@aegis/model';
import { z } from 'zod';
import { addWishes } from '../add-wishes.ts';
import { allDecisions, decisionsAsCsv, decisionsAsJson, decisionsAsList } from '../decision-export.ts';
import {
  entriesOfCsv,
  entriesOfJson,
  entriesOfList,
  type ImportDefaults,
  type ImportedEntry,
} from '../decision-import.ts';
import { ImportedWish } from '../documents/decision-wish-document.ts';
import { AskedDuration, AskedFlag, askedText } from '../documents/values.ts';
import { withoutUndefined } from '../documents/without-undefined.ts';
import { type Problem, problemOfFault } from '../problem.ts';
import { defineRoute, type Reply, type Route, type RouteInput, type Scene } from '../route.ts';

/** Entries handed on together. */
const CHUNK = 5_000;

/** Refused entries that are named in an answer; further ones are counted. */
const MAX_REJECTED = 1_000;

const ImportQuery = z.strictObject({
  action: Action.default('ban').meta({ description: 'Where an entry names none. Default ban.' }),
  duration: AskedDuration.optional().meta({ description: 'Where an entry names none. Default 4h.' }),
  reason: askedText(1_000).default('imported'),
  origin: askedText(128).default('import'),
});

const ImportReport = z
  .strictObject({
    added: z.int(),
    rejected: z
      .array(z.strictObject({ line: z.int(), message: z.string() }))
      .meta({ description: 'By line, or by place in the array from 1; at most 1,000 are named.' }),
    rejected_count: z.int(),
  })
  .meta({ id: 'ImportReport' });

const ExportQuery = z.strictObject({
  format: z.enum(['json', 'csv', 'plain']).default('json'),
  scope: Scope.optional(),
  action: Action.optional().meta({
    description: 'With `plain` the default is ban: a block list holds nothing else.',
  }),
  origin: askedText(128).optional(),
  enforced: AskedFlag.optional().meta({
    description:
      'Only decisions that the policy in force lets enforcers have: none of strategies that only watch, none on ' +
      'what is protected by now. With `plain` the default is true.',
  }),
});

const FORMATS = {
  json: { type: 'application/json', write: decisionsAsJson, file: 'decisions.json' },
  csv: { type: 'text/csv; charset=utf-8', write: decisionsAsCsv, file: 'decisions.csv' },
  plain: { type: 'text/plain; charset=utf-8', write: decisionsAsList, file: 'decisions.txt' },
} as const satisfies Readonly<
  Record<
    string,
    { type: string; write: (from: AsyncIterable<Decision>) => AsyncIterable<string>; file: string }
  >
>;

export const transferDecisionRoutes: readonly Route[] = [
  defineRoute<Record<never, never>, z.infer<typeof ImportQuery>, unknown>({
    method: 'POST',
    path: '/v1/decisions/import',
    id: 'importDecisions',
    tag: 'decisions',
    summary: 'Adds decisions from a list: JSON, CSV, or one address or prefix a line.',
    description:
      'The good entries are added, each bad one is named. Takes what the export writes, and CSV as CrowdSec ' +
      'takes it. A 503 says in `added` and `next_line` how far it got.',
    permission: 'decisions:write',
    query: ImportQuery,
    bulk: true,
    body: {
      'application/json': {
        kind: 'json',
        schema: z.array(z.unknown()),
        documented: z.array(ImportedWish),
        example: [{ scope: 'range', value: '192.0.2.0/24', duration: '7d' }],
      },
      'text/csv': { kind: 'text', example: 'value,duration,reason\n192.0.2.7,4h,scanner\n' },
      'text/plain': { kind: 'text', example: '# a list\n192.0.2.7\n2001:db8::/32\n' },
    },
    answers: { 200: { description: 'What was added.', schema: ImportReport } },
    handler: (scene, input) => importAll(scene, input, entriesOf(input)),
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/decisions/export',
    id: 'exportDecisions',
    tag: 'decisions',
    summary: 'All decisions in force that fit, streamed.',
    permission: 'decisions:read',
    query: ExportQuery,
    endless: true,
    answers: {
      200: {
        description: 'The list.',
        types: Object.values(FORMATS).map(({ type }) => type.split(';', 1)[0] as string),
      },
    },
    handler({ services: { decisions, policies }, clock }, { query: { format, enforced, ...filter } }) {
      const { type, write, file } = FORMATS[format];
      const action = filter.action ?? (format === 'plain' ? 'ban' : undefined);
      const all = allDecisions(decisions, withoutUndefined({ ...filter, action, inForceAt: clock.now() }));
      const told =
        (enforced ?? format === 'plain') ? onlyThose(all, (decision) => policies.enforces(decision)) : all;
      const headers = { 'content-disposition': `attachment; filename="${file}"` };
      return Result.ok<Reply>({ status: 200, type, headers, body: Readable.from(write(told)) });
    },
  }),
];

async function* onlyThose(
  decisions: AsyncIterable<Decision>,
  fits: (decision: Decision) => boolean,
): AsyncGenerator<Decision> {
  for await (const decision of decisions) if (fits(decision)) yield decision;
}

type ImportInput = RouteInput<unknown, ImportDefaults, unknown>;

function entriesOf({ body, contentType, query }: ImportInput): Iterable<ImportedEntry> {
  if (Array.isArray(body)) return entriesOfJson(body, query);
  const { text } = body as { readonly text: string };
  return contentType === 'text/csv' ? entriesOfCsv(text, query) : entriesOfList(text, query);
}

async function importAll(
  { services: { decisions }, clock }: Scene,
  { actor }: ImportInput,
  entries: Iterable<ImportedEntry>,
): Promise<Result<Reply, Problem>> {
  const rejected: { readonly line: number; readonly message: string }[] = [];
  let rejectedCount = 0;
  let added = 0;
  const reject = (line: number, message: string): void => {
    rejectedCount++;
    if (rejected.length < MAX_REJECTED) rejected.push({ line, message });
  };
  for (const chunk of chunksOf(entries, CHUNK)) {
    const good = chunk.flatMap(({ line, wish }) => (wish.ok ? [{ line, wish: wish.value }] : []));
    for (const { line, wish } of chunk) if (!wish.ok) reject(line, wish.error);
    try {
      const results = await addWishes(
        decisions,
        good.map(({ wish }) => wish),
        actor,
        clock.now(),
      );
      for (const [index, result] of results.entries())
        if (result.ok) added++;
        else reject(good[index]?.line ?? 0, result.error.message);
    } catch (fault) {
      const problem = problemOfFault(fault);
      if (problem === undefined) throw fault;
      return Result.err({ ...problem, more: { added, next_line: chunk[0]?.line } });
    }
  }
  rejected.sort((a, b) => a.line - b.line);
  return Result.ok({ status: 200, body: { added, rejected, rejected_count: rejectedCount } });
}

function* chunksOf<T>(items: Iterable<T>, size: number): Generator<readonly T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
