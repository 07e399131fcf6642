import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Prefix } from '@aegis/model';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startNodeIn, testConfig } from '../node/node-fixture.ts';
import type { StartedNode } from '../node/start-node.ts';
import { type GrpcTestClient, grpcClient, type Message } from './testing/grpc-client.ts';

const CHECKS = 'aegis.check.v1.CheckService';
const ENVOY = 'envoy.service.auth.v3.Authorization';
const actor = { name: 'test', from: 'local' };

describe('a node that speaks gRPC', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-grpc-'));
  const config = testConfig(folder);
  let node: StartedNode;
  let client: GrpcTestClient;
  let place = '';
  let banned = '';

  const keyOf = async (role: 'enforcer' | 'sensor'): Promise<string> => {
    const created = await node.services.keys.create({ name: role, role });
    if (!created.ok) throw new Error(created.error.message);
    return created.value.key;
  };

  beforeAll(async () => {
    node = await startNodeIn(folder, {
      config: {
        grpc: { ...config.grpc, enabled: true, port: 0 },
        http: { ...config.http, port: 0, trustedProxies: ['10.1.0.0/16' as Prefix] },
        decoy: { ...config.decoy, enabled: false },
      },
    });
    place = node.grpc as string;
    client = grpcClient(place, await keyOf('enforcer'));
    const wish = { durationMs: 3_600_000, reason: 'secret reason' } as const;
    const made = await node.services.decisions.add(
      [
        { ...wish, scope: 'ip', value: '203.0.113.7', action: 'ban' },
        { ...wish, scope: 'ip', value: '203.0.113.8', action: 'throttle' },
        { ...wish, scope: 'range', value: '2001:db8::/32', action: 'ban' },
        { ...wish, scope: 'user_agent', value: 'BadBot/1.0', action: 'ban' },
        { ...wish, scope: 'ip', value: '203.0.113.9', action: 'observe' },
      ],
      actor,
    );
    banned = made[0]?.ok === true ? made[0].value.id : '';
  });

  afterAll(async () => {
    client.close();
    await node.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  describe('as Envoy asks it', () => {
    const ask = (source: string, headers: Record<string, string> = {}): Promise<Message> =>
      client.unary(ENVOY, 'Check', {
        attributes: {
          source: { address: { socket_address: { address: source, port_value: 40_000 } } },
          destination: { address: { socket_address: { address: '10.0.0.1', port_value: 443 } } },
          request: {
            time: { seconds: 1 },
            http: { method: 'GET', path: '/page?x=1', host: 'example.org', scheme: 'https', headers },
          },
        },
      });

    test('shows the scenarios who probes: the next request is refused, and of nobody else', async () => {
      const probe = (path: string): Promise<Message> =>
        client.unary(ENVOY, 'Check', {
          attributes: {
            source: { address: { socket_address: { address: '203.0.113.77', port_value: 40_000 } } },
            request: { http: { method: 'GET', path, host: 'example.org', scheme: 'https', headers: {} } },
          },
        });
      const codeOf = (answer: Message): number =>
        (answer.status as { readonly code?: number } | null)?.code ?? 0;
      for (const path of ['/.env', '/.git/config', '/.aws/credentials', '/wp-config.php.bak', '/.ssh/id_rsa'])
        await probe(path);
      await vi.waitFor(async () => expect(codeOf(await probe('/'))).toBe(7), { timeout: 30_000 });
      expect(codeOf(await ask('203.0.113.78'))).toBe(0);
    });

    test('refuses who is banned, with a reference and without the reason', async () => {
      const answer = await ask('203.0.113.7');
      expect(answer).toMatchObject({
        status: { code: 7 },
        denied_response: {
          status: { code: 'Forbidden' },
          headers: expect.arrayContaining([
            expect.objectContaining({ header: { key: 'x-aegis-verdict', value: 'block' } }),
            expect.objectContaining({ header: { key: 'x-aegis-decision', value: banned } }),
            expect.objectContaining({ header: { key: 'content-type', value: 'application/problem+json' } }),
          ]),
        },
      });
      const { body } = answer.denied_response as { body: string };
      expect(JSON.parse(body)).toMatchObject({ status: 403, reference: banned });
      expect(JSON.stringify(answer)).not.toContain('secret reason');
    });

    test('asks who is throttled to come back later', async () => {
      expect(await ask('203.0.113.8')).toMatchObject({
        denied_response: {
          status: { code: 'TooManyRequests' },
          headers: expect.arrayContaining([
            expect.objectContaining({ header: { key: 'retry-after', value: '60' } }),
          ]),
        },
      });
    });

    test('lets the rest pass and leaves no verdict that a client forged', async () => {
      const answer = await ask('198.51.100.1');
      expect(answer.denied_response).toBeUndefined();
      expect(answer).toMatchObject({
        ok_response: {
          headers: [
            {
              header: { key: 'x-aegis-verdict', value: 'none' },
              append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
            },
            { header: { key: 'x-aegis-status', value: '200' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
          ],
          headers_to_remove: ['x-aegis-decision', 'x-aegis-reason'],
        },
      });
      expect(await ask('203.0.113.9')).toMatchObject({
        ok_response: {
          headers: expect.arrayContaining([
            expect.objectContaining({ header: { key: 'x-aegis-verdict', value: 'observe' } }),
          ]),
        },
      });
    });

    test('believes forwarding headers of trusted proxies only, whoever writes them', async () => {
      const passes = async (source: string, chain: string): Promise<boolean> =>
        (await ask(source, { 'x-forwarded-for': chain })).denied_response === undefined;
      expect(await passes('203.0.113.7', '198.51.100.1')).toBe(false);
      expect(await passes('198.51.100.1', '203.0.113.7')).toBe(true);
      expect(await passes('10.1.2.3', '203.0.113.7')).toBe(false);
      expect(await passes('10.1.2.3', '198.51.100.1, 203.0.113.7')).toBe(false);
      expect(await passes('10.1.2.3', '203.0.113.7, 198.51.100.1')).toBe(true);
      expect(await passes('::ffff:203.0.113.7', '')).toBe(false);
    });

    test('sees the user agent', async () => {
      expect(await ask('198.51.100.1', { 'user-agent': 'BadBot/1.0' })).toHaveProperty('denied_response');
      expect(await ask('198.51.100.1', { 'user-agent': 'GoodBot/1.0' })).toHaveProperty('ok_response');
    });

    test('answers a request that says nothing', async () => {
      expect(await client.unary(ENVOY, 'Check', {})).toHaveProperty('ok_response');
    });
  });

  test('gives one verdict', async () => {
    expect(await client.unary(CHECKS, 'Check', { address: '203.0.113.7' })).toMatchObject({
      outcome: 'BLOCK',
      decision: banned,
      reason: 'secret reason',
      scope: 'ip',
      expires_ms: expect.any(Number),
    });
    expect(
      await client.unary(CHECKS, 'Check', { address: '198.51.100.1', user_agent: 'BadBot/1.0' }),
    ).toMatchObject({
      outcome: 'BLOCK',
      scope: 'user_agent',
    });
    await expect(client.unary(CHECKS, 'Check', { address: 'localhost' })).rejects.toMatchObject({ code: 3 });
    await expect(client.unary(CHECKS, 'Check', {})).rejects.toMatchObject({ code: 3 });
  });

  test('answers a stream in order, and ends it when the other side does', async () => {
    const stream = client.stream(CHECKS, 'CheckStream');
    const asked = Array.from({ length: 5_000 }, (_, index) =>
      index % 7 === 0 ? '203.0.113.7' : `198.18.0.${index % 250}`,
    );
    for (const address of asked) stream.write({ address });
    stream.end();
    const outcomes: unknown[] = [];
    for await (const verdict of stream) outcomes.push((verdict as Message).outcome ?? 'NONE');
    expect(outcomes).toEqual(asked.map((address) => (address === '203.0.113.7' ? 'BLOCK' : 'NONE')));
  });

  test('ends a stream at a message that cannot be read, after the answers before it', async () => {
    const stream = client.stream(CHECKS, 'CheckStream');
    stream.write({ address: '203.0.113.7' });
    stream.write({ address: 'nobody' });
    const heard: Message[] = [];
    const read = async (): Promise<void> => {
      for await (const verdict of stream) heard.push(verdict as Message);
    };
    await expect(read()).rejects.toMatchObject({ code: 3 });
    expect(heard).toMatchObject([{ outcome: 'BLOCK' }]);
  });

  test('gives many verdicts at once, with details of those that are listed', async () => {
    const addresses = ['198.51.100.1', '203.0.113.7', '2001:db8::1', 'nobody', '203.0.113.9'];
    const answer = await client.unary(CHECKS, 'CheckAddresses', { addresses });
    expect([...(answer.outcomes as Buffer)]).toEqual([0, 6, 6, 0, 2]);
    expect(answer.listed).toMatchObject([
      { index: 1, verdict: { decision: banned } },
      { index: 2, verdict: { scope: 'range' } },
      { index: 4, verdict: { outcome: 'OBSERVE' } },
    ]);
    const tooMany = { addresses: Array.from({ length: 10_001 }, () => '192.0.2.1') };
    await expect(client.unary(CHECKS, 'CheckAddresses', tooMany)).rejects.toMatchObject({ code: 3 });
    const tooLarge = { address: 'a'.repeat(2 ** 20) };
    await expect(client.unary(CHECKS, 'Check', tooLarge)).rejects.toMatchObject({ code: 8 });
  });

  test('serves nobody without a key that may', async () => {
    const request = { address: '192.0.2.1' };
    const code = async (key: string | undefined, name?: string): Promise<unknown> => {
      const other = grpcClient(place, key, name);
      try {
        await other.unary(CHECKS, 'Check', request);
        return 0;
      } catch (error) {
        return (error as { code: number }).code;
      } finally {
        other.close();
      }
    };
    expect(await code(undefined)).toBe(16);
    expect(await code(`aegis_${'0'.repeat(16)}_${'0'.repeat(64)}`)).toBe(16);
    expect(await code(await keyOf('sensor'))).toBe(7);
  });

  test('says what it does not have, and goes on when spoken to in another way', async () => {
    await expect(
      client.unary('envoy.service.discovery.v3.AggregatedDiscoveryService', 'StreamAggregatedResources', {}),
    ).rejects.toMatchObject({ code: 12 });
    const session = connect(`http://${place}`);
    const request = session.request({ ':path': '/' });
    const { promise, resolve } = Promise.withResolvers<unknown>();
    request.once('response', (headers) => resolve(headers[':status']));
    expect(await promise).toBe(415);
    session.destroy();
    expect(await client.unary(CHECKS, 'Check', { address: '203.0.113.7' })).toMatchObject({
      outcome: 'BLOCK',
    });
  });
});
