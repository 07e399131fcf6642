import { Result } from '@aegis/model';
import { z } from 'zod';
import { permissionsOf, Role } from '../../auth/roles.ts';
import type { SignIn } from '../../auth/sign-ins.ts';
import { IsoTime, isoTime } from '../documents/values.ts';
import type { Problem } from '../problem.ts';
import { defineRoute, type Outcome, type Reply, type Route } from '../route.ts';
import { writeAudit } from '../write-audit.ts';

interface MeDocument {
  readonly name: string;
  readonly role: Role;
  readonly permissions: readonly string[];
  readonly from: string;
  readonly sign_in?: { readonly csrf: string; readonly since: string; readonly ends: string } | undefined;
}

const MeDocument: z.ZodType<MeDocument> = z
  .strictObject({
    name: z.string(),
    role: Role,
    permissions: z.array(z.string()),
    from: z.string().meta({ description: 'The address that this node sees.' }),
    sign_in: z
      .strictObject({
        csrf: z
          .string()
          .meta({ description: 'To be sent as X-Aegis-Csrf with all that is not GET or HEAD.' }),
        since: IsoTime,
        ends: IsoTime.meta({ description: 'At the latest; earlier when nothing is asked for 30 minutes.' }),
      })
      .optional()
      .meta({ description: 'With a cookie only.' }),
  })
  .meta({ id: 'Me' });

const KEY_NEEDED: Problem = {
  status: 403,
  code: 'key_needed',
  detail: 'Refused: to sign in takes an API key, not the cookie of an earlier sign-in.',
};

const NOT_SIGNED_IN: Problem = {
  status: 404,
  code: 'not_signed_in',
  detail: 'There is no sign-in to end: this came with a key, not with a cookie.',
};

/** How a browser is given a cookie in place of a key, and who it is. */
export const signInRoutes: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: '/v1/session',
    id: 'signIn',
    tag: 'sign-in',
    summary: 'Takes an API key for a cookie that no script can read.',
    description:
      'The key is sent as ever. The cookie opens what the key opens, on this node, until it is signed out, ' +
      'nothing is asked for 30 minutes, 12 hours have passed, the key is revoked or the node restarts. ' +
      'With it, all that is not GET or HEAD takes the header X-Aegis-Csrf.',
    permission: 'any key',
    answers: { 201: { description: 'Who is signed in.', schema: MeDocument } },
    async handler(scene, { actor, key, signedIn, clients: [from], secure }): Promise<Outcome> {
      if (key === undefined || signedIn !== undefined) return Result.err(KEY_NEEDED);
      const opened = scene.signIns.open(key.id, from);
      if (!opened.ok) {
        const headers = { 'retry-after': String(Math.ceil(opened.error / 1_000)) };
        const detail = 'Too many sign-ins from this address; wait before the next one.';
        return Result.err({ status: 429, code: 'too_many_sign_ins', detail, headers });
      }
      const { token, signIn } = opened.value;
      const detail = { role: key.role };
      // Before the cookie is handed out: nobody is signed in who is not in the audit.
      await writeAudit(scene, actor, { action: 'session.open', target: key.name, result: 'ok', detail });
      const headers = { 'set-cookie': scene.signInCookie.write(token, secure) };
      return Result.ok<Reply>({ status: 201, headers, body: me(key, from, signIn) });
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/v1/session',
    id: 'signOut',
    tag: 'sign-in',
    summary: 'Signs out: the cookie opens nothing from now on.',
    permission: 'any key',
    answers: {
      200: { description: 'It is over.', schema: z.strictObject({ signed_out: z.literal(true) }) },
    },
    async handler(scene, { actor, signedIn, secure }): Promise<Outcome> {
      if (signedIn === undefined) return Result.err(NOT_SIGNED_IN);
      scene.signIns.close(signedIn.token);
      const { name } = signedIn.key;
      await writeAudit(scene, actor, { action: 'session.close', target: name, result: 'ok', detail: {} });
      const headers = { 'set-cookie': scene.signInCookie.write('', secure) };
      return Result.ok<Reply>({ status: 200, headers, body: { signed_out: true } });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/me',
    id: 'getMe',
    tag: 'sign-in',
    summary: 'Who this key or cookie is, and what it may do.',
    permission: 'any key',
    answers: { 200: { description: 'You.', schema: MeDocument } },
    handler(_scene, { key, signedIn, clients: [from] }) {
      if (key === undefined) return Result.err(KEY_NEEDED);
      return Result.ok<Reply>({ status: 200, body: me(key, from, signedIn?.signIn) });
    },
  }),
];

function me(
  { name, role }: { readonly name: string; readonly role: Role },
  from: string,
  signIn: SignIn | undefined,
): MeDocument {
  return {
    ...{ name, role, permissions: permissionsOf(role), from },
    ...(signIn === undefined
      ? {}
      : { sign_in: { csrf: signIn.csrf, since: isoTime(signIn.since), ends: isoTime(signIn.ends) } }),
  };
}
