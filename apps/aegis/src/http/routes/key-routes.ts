import { Result } from '@aegis/model';
import { z } from 'zod';
import type { ApiKeyInfo, ApiKeyRefusal, ApiKeys } from '../../auth/api-keys.ts';
import { isPrivileged, Role } from '../../auth/roles.ts';
import { CreatedKeyDocument, KeyDocument, keyDocument } from '../documents/key-document.ts';
import { isoTime } from '../documents/values.ts';
import type { Problem } from '../problem.ts';
import { defineRoute, type Reply, type Route } from '../route.ts';
import { writeAudit } from '../write-audit.ts';

const KeyWish = z.strictObject({ name: z.string().min(1).max(64), role: Role }).meta({ id: 'KeyWish' });

export const keyRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/keys',
    id: 'listKeys',
    tag: 'keys',
    summary: 'API keys, without their secrets.',
    permission: 'keys:manage',
    answers: { 200: { description: 'By name.', schema: z.strictObject({ keys: z.array(KeyDocument) }) } },
    async handler({ services: { keys } }) {
      return Result.ok<Reply>({ status: 200, body: { keys: (await keys.list()).map(keyDocument) } });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/keys',
    id: 'createKey',
    tag: 'keys',
    summary: 'Creates an API key and shows it this once.',
    permission: 'keys:manage',
    body: {
      'application/json': { kind: 'json', schema: KeyWish, example: { name: 'proxy-1', role: 'enforcer' } },
    },
    answers: { 201: { description: 'The key.', schema: CreatedKeyDocument } },
    async handler(scene, { body, actor, may }) {
      const created =
        isPrivileged(body.role) && !may('keys:privileged')
          ? Result.err({ kind: 'not_yours', message: NOT_YOURS } as const)
          : await scene.services.keys.create(body);
      const detail = created.ok ? { role: body.role } : { role: body.role, why: created.error.kind };
      const result = created.ok ? 'ok' : 'refused';
      // Before the key is shown: nobody can use one that is not in the audit.
      await writeAudit(scene, actor, { action: 'key.create', target: body.name, result, detail });
      if (!created.ok) return Result.err(refusalProblem(created.error));
      const { id, name, role, key } = created.value;
      return Result.ok<Reply>({
        status: 201,
        body: { id, name, role, key, created: isoTime(created.value.created) },
      });
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/v1/keys/{id}',
    id: 'revokeKey',
    tag: 'keys',
    summary: 'Revokes an API key; it opens nothing from now on.',
    permission: 'keys:manage',
    params: z.strictObject({ id: z.string().min(1).max(64) }),
    answers: { 200: { description: 'The key that was revoked.', schema: KeyDocument } },
    async handler(scene, { params: { id }, actor, may }) {
      const revoked = await revokeKey(scene.services.keys, id, may('keys:privileged'));
      const detail = revoked.ok ? { id, role: revoked.value.role } : { id, why: revoked.error.code };
      const target = revoked.ok ? revoked.value.name : id;
      const result = revoked.ok ? 'ok' : 'refused';
      await writeAudit(scene, actor, { action: 'key.revoke', target, result, detail });
      return revoked.ok ? Result.ok({ status: 200, body: keyDocument(revoked.value) }) : revoked;
    },
  }),
];

const NOT_YOURS = 'only an admin makes and revokes keys of the roles admin and auditor';

interface KeyRefusal {
  readonly kind: ApiKeyRefusal['kind'] | 'not_yours';
  readonly message: string;
}

const STATUS_OF: Readonly<Record<KeyRefusal['kind'], number>> = Object.freeze({
  not_yours: 403,
  bad_name: 400,
  name_taken: 409,
  not_found: 404,
});

/** Whoever has only the API must not be able to lock everybody out of it. */
async function revokeKey(
  keys: ApiKeys,
  id: string,
  privileged: boolean,
): Promise<Result<ApiKeyInfo, Problem>> {
  const all = await keys.list();
  const asked = all.find((key) => key.id === id);
  if (asked !== undefined && isPrivileged(asked.role) && !privileged)
    return Result.err(refusalProblem({ kind: 'not_yours', message: NOT_YOURS }));
  const managers = all.filter(({ role }) => role === 'admin' || role === 'system');
  if (managers.length === 1 && managers[0]?.id === id)
    return Result.err({
      status: 409,
      code: 'last_admin',
      detail: 'This is the last key that can make keys; create another one first.',
    });
  const revoked = await keys.revoke(id);
  return revoked.ok ? revoked : Result.err(refusalProblem(revoked.error));
}

function refusalProblem({ kind, message }: KeyRefusal): Problem {
  return { status: STATUS_OF[kind], code: kind, detail: `Refused: ${message}.` };
}
