import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestNode, type TestNode } from '../fixture/test-node.ts';

let node: TestNode;
beforeAll(async () => {
  node = await startTestNode();
});
afterAll(() => node.close());

const post = async (path: string, json: unknown, as: 'enforcer' | 'operator' | 'viewer' = 'enforcer') => {
  const response = await node.fetch(`/v1/guard/${path}`, { json, as });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
};
const get = async (path: string): Promise<Record<string, unknown>> =>
  (await (await node.fetch(`/v1/guard${path}`, { as: 'viewer' })).json()) as Record<string, unknown>;

describe('checks', () => {
  test('a message is answered with the verdict and the RateLimit fields', async () => {
    const { status, headers, body } = await post('check-message', {
      user: 'ann',
      channel: 'lobby',
      recipient_count: 5,
      size: 100,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ allowed: true, state: 'normal', trust: 100, would: { allowed: true } });
    expect(headers.get('ratelimit-policy')).toContain('"user_channel";q=2;w=3');
  });

  test('many at once are the same as one by one', async () => {
    const checks = Array.from({ length: 40 }, () => ({ kind: 'rpc', user: 'many', method: 'profile' }));
    const { body } = await post('checks', { checks });
    const verdicts = body.verdicts as { allowed: boolean; limited_by?: string }[];
    expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(30);
    expect(verdicts.at(-1)).toMatchObject({ allowed: false, limited_by: 'user' });
    const { headers, body: single } = await post('check-rpc', { user: 'many', method: 'profile' });
    expect(single).toMatchObject({ allowed: false });
    expect(headers.get('retry-after')).toBe('1');
  });

  test('what is misspelt is refused, and a viewer may not use up tokens', async () => {
    expect((await post('check-rpc', { usr: 'ann', method: 'x' })).status).toBe(400);
    expect((await post('violations', { violation: 'spam' })).status).toBe(400);
    expect((await post('check-rpc', { user: 'ann', method: 'x' }, 'viewer')).status).toBe(403);
  });
});

describe('operators', () => {
  test('see, set and lift states; all of it is in the audit', async () => {
    await post('violations', { user: 'mallory', violation: 'spam', detail: 'watches' });
    expect(await get('/clients?state=shadow_banned')).toMatchObject({
      clients: [{ user: 'mallory', trust: 50 }],
    });
    expect(
      (
        await post(
          'clients/bob/state',
          { state: 'disconnected', duration: 'forever', reason: 'x' },
          'operator',
        )
      ).body,
    ).toMatchObject({
      state: 'disconnected',
      until: null,
    });
    expect((await post('clients/bob/state', { state: 'normal', reason: 'x' })).status).toBe(403);
    const lifted = await node.fetch('/v1/guard/clients/bob/state?reason=enough', {
      method: 'DELETE',
      as: 'operator',
    });
    expect(await lifted.json()).toEqual({ lifted: true });
    const entries = await node.services.ledger.audit({ limit: 10 });
    expect(entries.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['guard.lift', 'guard.set_state']),
    );
  });

  test('rule on appeals: an overturned one gives back trust and state', async () => {
    await post('violations', { user: 'poet', violation: 'spam' });
    const [{ id }] = ((await get('/clients/poet')) as { cases: [{ id: string }] }).cases;
    expect((await post(`cases/${id}/appeal`, { text: 'a poem' })).body).toMatchObject({ status: 'appealed' });
    expect((await post(`cases/${id}/appeal`, { text: 'again' })).status).toBe(409);
    expect((await get('')) as object).toMatchObject({ open_cases: 1 });
    const { body } = await post(`cases/${id}/ruling`, { ruling: 'overturned', reason: 'it is' }, 'operator');
    expect(body).toMatchObject({ status: 'overturned', ruling: { by: 'operator' } });
    expect(await get('/clients/poet')).toMatchObject({ state: 'normal', trust: 100 });
    expect((await post('cases/case-none/ruling', { ruling: 'upheld', reason: 'x' }, 'operator')).status).toBe(
      404,
    );
  });

  test('see and lift bans of addresses', async () => {
    for (let i = 0; i < 10; i++) await post('violations', { ip: '198.51.100.9', violation: 'failed_auth' });
    expect(await get('/bans')).toMatchObject({ bans: [{ address: '198.51.100.9', kind: 'temporary' }] });
    expect((await post('check-connection', { ip: '198.51.100.9' })).body).toMatchObject({
      allowed: false,
      limited_by: 'ip_ban',
    });
    await node.fetch('/v1/guard/bans?ip=198.51.100.9', { method: 'DELETE', as: 'operator' });
    expect((await post('check-connection', { ip: '198.51.100.9' })).body).toMatchObject({ allowed: true });
  });
});
