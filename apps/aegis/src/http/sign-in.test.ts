import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SIGN_IN_RULES } from '../auth/sign-ins.ts';
import { signIn } from './fixture/browser.ts';
import { startTestNode, type TestNode } from './fixture/test-node.ts';

const { idleMs, mostMs, renewMs, graceMs } = SIGN_IN_RULES;

let node: TestNode;

beforeEach(async () => {
  node = await startTestNode();
});

afterEach(() => node.close());

test('a key is taken for a cookie that scripts cannot read, and that opens the same', async () => {
  const browser = await signIn(node, 'operator');
  expect(browser.setCookie).toMatch(/^aegis-[0-9a-f]{8}=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  const me = (await (await browser.fetch('/v1/me')).json()) as { readonly permissions: readonly string[] };
  expect(me).toMatchObject({
    name: 'operator',
    role: 'operator',
    from: '127.0.0.1',
    sign_in: { csrf: browser.csrf },
  });
  expect(me.permissions).toContain('decisions:write');
  expect(me.permissions).not.toContain('audit:read');
  const added = await browser.fetch('/v1/decisions', { json: { value: '192.0.2.9' } });
  expect(added.status).not.toBe(401);
  expect(added.status).not.toBe(403);
  expect((await browser.fetch('/v1/audit')).status).toBe(403);
  expect(await (await node.fetch('/v1/me', { as: 'operator' })).json()).toEqual({
    ...{ name: 'operator', role: 'operator', permissions: me.permissions, from: '127.0.0.1' },
  });
});

test('over TLS, ours or that of a trusted proxy, the cookie goes no other way', async () => {
  const behind = await startTestNode({ trustedProxies: ['127.0.0.0/8'] as never });
  const https = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' };
  const { setCookie, cookie } = await signIn(behind, 'viewer', https);
  expect(setCookie).toMatch(/^__Host-aegis-\w{8}=\S{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
  const statusWith = async (headers: Readonly<Record<string, string>>): Promise<number> =>
    (await behind.fetch('/v1/me', { as: 'none', headers: { ...headers, cookie } })).status;
  expect(await statusWith(https)).toBe(200);
  expect(await statusWith({})).toBe(401);
  // Nor does one count there that anybody on the way, or a sibling's page, can have set.
  const planted = { ...https, cookie: cookie.replace('__Host-', '') };
  expect((await behind.fetch('/v1/me', { as: 'none', headers: planted })).status).toBe(401);
  await behind.close();
  // A stranger's word about TLS is not believed.
  expect((await signIn(node, 'viewer', https)).setCookie).not.toContain('Secure');
});

test('signing out ends it here and in the browser', async () => {
  const browser = await signIn(node, 'viewer');
  const out = await browser.fetch('/v1/session', { method: 'DELETE' });
  expect(out.status).toBe(200);
  expect(out.headers.get('set-cookie')).toMatch(/=; Path=\/; HttpOnly; SameSite=Strict; Max-Age=0$/);
  expect((await browser.fetch('/v1/me')).status).toBe(401);
  expect((await node.fetch('/v1/session', { method: 'DELETE', as: 'viewer' })).status).toBe(404);
});

test('it ends with its key, with rest, and in the end', async () => {
  const [revoked, resting, busy] = [
    await signIn(node, 'viewer'),
    await signIn(node, 'operator'),
    await signIn(node, 'security'),
  ];
  const [{ id } = { id: '' }] = (await node.services.keys.list()).filter(({ name }) => name === 'viewer');
  await node.services.keys.revoke(id);
  const over = await revoked.fetch('/v1/me');
  expect(over.status).toBe(401);
  expect(over.headers.get('set-cookie')).toContain('Max-Age=0');
  node.clock.advance(idleMs + 1);
  expect((await resting.fetch('/v1/me')).status).toBe(401);
  expect((await busy.fetch('/v1/me')).status).toBe(401);
  const last = await signIn(node, 'security');
  let { cookie } = last;
  for (let passed = 0; passed <= mostMs; passed += renewMs) {
    node.clock.advance(renewMs);
    const answer = await last.fetch('/v1/me', { headers: { cookie } });
    expect(answer.status).toBe(passed + renewMs <= mostMs ? 200 : 401);
    cookie = answer.headers.get('set-cookie')?.split(';', 1)[0] ?? cookie;
  }
});

test('a token is replaced on the way; a copy of the old one ends both', async () => {
  const browser = await signIn(node, 'viewer');
  node.clock.advance(renewMs);
  const renewed = (await browser.fetch('/v1/me')).headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  expect(renewed).not.toBe(browser.cookie);
  expect((await browser.fetch('/v1/me')).status).toBe(200);
  expect((await browser.fetch('/v1/me', { headers: { cookie: renewed } })).status).toBe(200);
  node.clock.advance(graceMs + 1);
  expect((await browser.fetch('/v1/me')).status).toBe(401);
  expect((await browser.fetch('/v1/me', { headers: { cookie: renewed } })).status).toBe(401);
});

test('a key that is shown comes before a cookie, and a cookie signs nobody in', async () => {
  const browser = await signIn(node, 'admin');
  const headers = { cookie: browser.cookie };
  expect(await (await node.fetch('/v1/me', { as: 'viewer', headers })).json()).toMatchObject({
    name: 'viewer',
  });
  const again = await browser.fetch('/v1/session', { method: 'POST' });
  expect([again.status, again.headers.get('set-cookie')]).toEqual([403, null]);
});

test('a visitor whose cookie comes along with an open check is everyone', async () => {
  const open = await startTestNode({ openCheck: true });
  const { cookie } = await signIn(open, 'admin');
  for (const each of [cookie, 'aegis-00000000=x', `${cookie}x`])
    expect(
      (await open.fetch('/check', { as: 'none', headers: { cookie: each, 'sec-fetch-site': 'cross-site' } }))
        .status,
    ).toBe(200);
  await open.close();
});

test('wrong keys are slowed down at the sign-in too, and right ones at some point', async () => {
  const wrong = { as: 'none', method: 'POST', headers: { authorization: 'Bearer aegis_wrong' } } as const;
  const statuses: number[] = [];
  for (let i = 0; i < 12; i++) statuses.push((await node.fetch('/v1/session', wrong)).status);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
  const rights: number[] = [];
  for (let i = 0; i < 31; i++) rights.push((await node.fetch('/v1/session', { method: 'POST' })).status);
  expect(rights).toEqual([...Array.from({ length: 30 }, () => 201), 429]);
});

test('signing in, signing out and riding are on the audit, without a token', async () => {
  const browser = await signIn(node, 'security');
  await browser.fetch('/v1/decisions', { method: 'POST', headers: { 'x-aegis-csrf': 'x' } });
  await browser.fetch('/v1/session', { method: 'DELETE' });
  const entries = await vi.waitFor(async () => {
    const found = await node.services.ledger.audit({ limit: 500, actor: 'security' });
    expect(found.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['session.open', 'session.close', 'access']),
    );
    return found;
  });
  expect(entries.find(({ action }) => action === 'access')).toMatchObject({
    ...{ result: 'refused', detail: { why: 'cross_site' } },
  });
  const text = JSON.stringify(entries);
  for (const secret of [browser.csrf, browser.cookie.split('=')[1] ?? '']) expect(text).not.toContain(secret);
});

test('where the audit cannot be written nobody is signed in', async () => {
  vi.spyOn(node.services.ledger, 'appendAudit').mockRejectedValue(new Error('away'));
  const response = await node.fetch('/v1/session', { method: 'POST' });
  expect([response.status, response.headers.get('set-cookie')]).toEqual([500, null]);
});
