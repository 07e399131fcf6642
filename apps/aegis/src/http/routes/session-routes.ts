import { Readable } from 'node:stream';
import { ATTACK_TYPES, type OwnerKind, Result, THREAT_LEVELS } from '@aegis/model';
import type { Archive } from '@aegis/ports';
import { z } from 'zod';
import { allSessions, type SessionFilter } from '../../export/all-sessions.ts';
import { SESSION_FORMATS, sessionFormats } from '../../export/session-formats.ts';
import { AskedPeer } from '../documents/asked-peer.ts';
import { SessionDocument, SessionPageDocument } from '../documents/session-document.ts';
import { AskedTime, askedInteger, askedText, Cursor } from '../documents/values.ts';
import { withoutUndefined } from '../documents/without-undefined.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Reply, type Route } from '../route.ts';
import { writeAudit } from '../write-audit.ts';

const OWNERS = ['crawler', 'tool', 'attacker', 'user', 'admin'] as const satisfies readonly OwnerKind[];

/** Levels HIGH and CRITICAL. */
const ALERT_SCORE = 70;

const filters = {
  from: AskedTime.optional(),
  to: AskedTime.optional(),
  peer_ip: AskedPeer.optional().meta({ description: 'An address or a prefix.' }),
  user_agent: askedText(512).optional(),
  attack_type: z.enum(ATTACK_TYPES).optional(),
  owner: z.enum(OWNERS).optional(),
  country: z
    .string()
    .regex(/^[A-Za-z]{2}$/)
    .optional(),
  snare_uuid: askedText(256).optional(),
  text: askedText(256).optional().meta({ description: 'Found anywhere in the session, any case.' }),
};

const ranked = {
  ...filters,
  level: z.enum(THREAT_LEVELS).optional(),
  min_score: askedInteger(0, 100).optional(),
  max_score: askedInteger(0, 100).optional(),
};

const paging = {
  limit: askedInteger(1, 500).default(100).meta({ description: 'Default 100.' }),
  cursor: Cursor.optional(),
};

const AlertQuery = z.strictObject({ ...filters, ...paging });
const ListQuery = z.strictObject({ ...ranked, ...paging });
const ExportQuery = z.strictObject({ ...ranked, format: z.enum(SESSION_FORMATS).default('jsonl') });

const page = { 200: { description: 'Newest first.', schema: SessionPageDocument } };

export const sessionRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/sessions',
    id: 'listSessions',
    tag: 'sessions',
    summary: 'Evaluated sessions, newest first.',
    description: '`from` is inclusive, `to` exclusive; both go by the start of the session.',
    permission: 'sessions:read',
    query: ListQuery,
    answers: page,
    handler: ({ services: { archive } }, { query: { limit, cursor, ...filter } }) =>
      findPage(archive, filterOf(filter), { limit, cursor }),
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/sessions/export',
    id: 'exportSessions',
    tag: 'sessions',
    summary: 'All sessions that fit, streamed.',
    description:
      'jsonl: as they are kept. csv: one row each. stix: a STIX 2.1 bundle of indicators, observed data and attack ' +
      'patterns. ocsf: HTTP Activity and Detection Finding events of OCSF 1.5.0, one a line.',
    permission: 'sessions:read',
    query: ExportQuery,
    endless: true,
    answers: {
      200: {
        description: 'Newest first.',
        types: ['application/x-ndjson', 'text/csv', 'application/stix+json;version=2.1'],
      },
    },
    async handler(scene, { query: { format, ...filter }, actor }) {
      const { archive, maskExported } = scene.services;
      const detail = { format, filter };
      await writeAudit(scene, actor, { action: 'session.export', target: 'sessions', result: 'ok', detail });
      const { type, extension, write } = sessionFormats[format];
      const headers = { 'content-disposition': `attachment; filename="sessions.${extension}"` };
      const body = Readable.from(write(allSessions(archive, filterOf(filter), maskExported)));
      return Result.ok<Reply>({ status: 200, type, headers, body });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/sessions/{id}',
    id: 'getSession',
    tag: 'sessions',
    summary: 'One session by its sess_uuid.',
    permission: 'sessions:read',
    params: z.strictObject({ id: z.string().min(1).max(512) }),
    answers: { 200: { description: 'The session.', schema: SessionDocument } },
    async handler({ services: { archive } }, { params: { id } }) {
      const session = await archive.get(id);
      return session === undefined
        ? Result.err(notFound('There is no session with this id.'))
        : Result.ok<Reply>({ status: 200, body: session });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/alerts',
    id: 'listAlerts',
    tag: 'sessions',
    summary: 'Sessions of the levels HIGH and CRITICAL, newest first.',
    permission: 'sessions:read',
    query: AlertQuery,
    answers: page,
    handler: ({ services: { archive } }, { query: { limit, cursor, ...filter } }) =>
      findPage(archive, { ...filterOf(filter), minScore: ALERT_SCORE }, { limit, cursor }),
  }),
];

type AskedFilter = z.infer<z.ZodObject<typeof ranked>>;

function filterOf(asked: Partial<AskedFilter>): SessionFilter {
  const { peer_ip, user_agent, attack_type, snare_uuid, min_score, max_score, country, ...rest } = asked;
  return withoutUndefined({
    ...rest,
    peer: peer_ip,
    userAgent: user_agent,
    attackType: attack_type,
    snareUuid: snare_uuid,
    minScore: min_score,
    maxScore: max_score,
    country: country?.toUpperCase(),
  });
}

async function findPage(
  archive: Archive,
  filter: SessionFilter,
  paging: { readonly limit: number; readonly cursor: string | undefined },
): Promise<Result<Reply, never>> {
  const { sessions, next } = await archive.find({ ...filter, ...withoutUndefined(paging) });
  return Result.ok({ status: 200, body: { sessions, ...(next === undefined ? {} : { next }) } });
}
