import { Result } from '@aegis/model';
import { z } from 'zod';
import { AuditDocument, auditDocument } from '../documents/audit-document.ts';
import { AskedTime, askedInteger, askedText } from '../documents/values.ts';
import { withoutUndefined } from '../documents/without-undefined.ts';
import { defineRoute, type Reply, type Route } from '../route.ts';

const AuditQuery = z.strictObject({
  limit: askedInteger(1, 500).default(100).meta({ description: 'Default 100.' }),
  before: AskedTime.optional().meta({ description: 'The `at` of the last entry of the page before.' }),
  actor: askedText(128).optional(),
  action: askedText(128).optional(),
});

export const auditRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/audit',
    id: 'listAudit',
    tag: 'audit',
    summary: 'Who did what, newest first.',
    permission: 'audit:read',
    query: AuditQuery,
    answers: { 200: { description: 'A page.', schema: z.strictObject({ entries: z.array(AuditDocument) }) } },
    async handler({ services: { ledger } }, { query }) {
      const entries = await ledger.audit(withoutUndefined(query));
      return Result.ok<Reply>({ status: 200, body: { entries: entries.map(auditDocument) } });
    },
  }),
];
