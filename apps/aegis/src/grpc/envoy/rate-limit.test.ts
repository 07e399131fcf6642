import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@aegis/model';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startNodeIn, testConfig } from '../../node/node-fixture.ts';
import type { StartedNode } from '../../node/start-node.ts';
import { type GrpcTestClient, grpcClient, type Message } from '../testing/grpc-client.ts';

const LIMITS = `
domain: web
descriptors:
  - key: remote_address
    rate_limit: { name: each, unit: hour, requests_per_unit: 5 }
  - key: path
    value: /login
    descriptors:
      - key: remote_address
        rate_limit: { unit: minute, requests_per_unit: 2 }
  - key: quiet
    shadow_mode: true
    rate_limit: { unit: day, requests_per_unit: 1 }
`;

describe("Envoy's rate limit service", () => {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-rates-'));
  const file = join(folder, 'web.yaml');
  const config = testConfig(folder);
  let node: StartedNode;
  let client: GrpcTestClient;
  const errors: unknown[] = [];
  const logger = {
    ...silentLogger,
    error: (fields: unknown) => void errors.push(fields),
    child: () => logger,
  };

  beforeAll(async () => {
    writeFileSync(file, LIMITS);
    node = await startNodeIn(folder, {
      logger,
      config: {
        grpc: { ...config.grpc, enabled: true, port: 0 },
        rateLimits: { ...config.rateLimits, files: [file] },
        http: { ...config.http, port: 0 },
        decoy: { ...config.decoy, enabled: false },
      },
    });
    const created = await node.services.keys.create({ name: 'envoy', role: 'enforcer' });
    if (!created.ok) throw new Error(created.error.message);
    client = grpcClient(node.grpc as string, created.value.key);
  });
  afterAll(async () => {
    client.close();
    await node.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const descriptor = (...entries: readonly (readonly [string, string])[]): Message => ({
    entries: entries.map(([key, value]) => ({ key, value })),
  });
  const ask = (descriptors: readonly Message[], more: object = {}): Promise<Message> =>
    client.unary('envoy.service.ratelimit.v3.RateLimitService', 'ShouldRateLimit', {
      domain: 'web',
      descriptors,
      ...more,
    });
  const headersOf = (answer: Message): Record<string, string> =>
    Object.fromEntries(
      ((answer.response_headers_to_add ?? []) as { key: string; value: string }[]).map(({ key, value }) => [
        key,
        value,
      ]),
    );

  test('lets the limit pass and tells what is left, then refuses and tells when to come again', async () => {
    const from = descriptor(['remote_address', '192.0.2.1']);
    const first = await ask([from]);
    expect(first).toMatchObject({
      overall_code: 'OK',
      statuses: [
        {
          code: 'OK',
          current_limit: { name: 'each', requests_per_unit: 5, unit: 'HOUR' },
          limit_remaining: 4,
          duration_until_reset: { seconds: 720 },
        },
      ],
    });
    expect(headersOf(first)).toEqual({
      'ratelimit-policy': '"hour";q=5;w=3600',
      ratelimit: '"hour";r=4;t=720',
    });
    expect(await ask([from], { hits_addend: 4 })).toMatchObject({ overall_code: 'OK' });
    const refused = await ask([from]);
    expect(refused).toMatchObject({ overall_code: 'OVER_LIMIT', statuses: [{ code: 'OVER_LIMIT' }] });
    expect(refused.statuses).not.toMatchObject([{ limit_remaining: 1 }]);
    expect(Number(headersOf(refused)['retry-after'])).toBeGreaterThan(700);
    expect(await ask([descriptor(['remote_address', '192.0.2.2'])])).toMatchObject({ overall_code: 'OK' });
  });

  test('answers each descriptor, in order', async () => {
    const login = descriptor(['path', '/login'], ['remote_address', '192.0.2.3']);
    const both = [descriptor(['nobody', 'knows']), login];
    for (const remaining of [1, undefined])
      expect(await ask(both)).toMatchObject({
        statuses: [
          { code: 'OK', limit_remaining: 4_294_967_295 },
          { code: 'OK', ...(remaining === undefined ? {} : { limit_remaining: remaining }) },
        ],
      });
    expect(await ask(both)).toMatchObject({
      overall_code: 'OVER_LIMIT',
      statuses: [{ code: 'OK' }, { code: 'OVER_LIMIT', current_limit: { unit: 'MINUTE' } }],
    });
    const brought = { ...login, limit: { requests_per_unit: 1_000, unit: 'DAY' } };
    expect(await ask([brought])).toMatchObject({
      overall_code: 'OK',
      statuses: [{ current_limit: { requests_per_unit: 1_000, unit: 'DAY' }, limit_remaining: 999 }],
    });
  });

  test('counts what happened, by rule', async () => {
    for (let n = 0; n < 3; n++)
      expect(await ask([descriptor(['quiet', 'x'])])).toMatchObject({ overall_code: 'OK' });
    const { text } = await node.services.metrics.render();
    expect(text).toContain(
      'aegis_rate_limit_hits_total{domain="web",rule="web.quiet",result="shadow_over_limit"} 2',
    );
    expect(text).toMatch(/rule="web\.path_\/login\.remote_address",result="near_limit"\} \d/);
  });

  test('takes nothing that is too much or means nothing', async () => {
    const one = descriptor(['remote_address', '192.0.2.4']);
    const code = (descriptors: readonly Message[], more?: object): Promise<unknown> =>
      ask(descriptors, more).then(
        () => 0,
        (error: { code: number }) => error.code,
      );
    expect(await code(Array.from({ length: 64 }, () => descriptor(['a', 'b'])))).toBe(0);
    expect(await code(Array.from({ length: 65 }, () => descriptor(['a', 'b'])))).toBe(3);
    expect(await code([descriptor(...Array.from({ length: 33 }, () => ['a', 'b'] as const))])).toBe(3);
    expect(await code([descriptor()])).toBe(3);
    expect(await code([one], { domain: '' })).toBe(3);
    expect(await ask([one], { hits_addend: 4_294_967_295 })).toMatchObject({ overall_code: 'OVER_LIMIT' });
    expect(await ask([one], { domain: '__proto__' })).toMatchObject({ overall_code: 'OK' });
    expect(await ask([])).toMatchObject({ overall_code: 'OK' });
  });

  test('takes over a file that changed, and keeps what it has where the new one is wrong', async () => {
    const limitOf = async (): Promise<unknown> => {
      const { statuses } = await ask([descriptor(['remote_address', '192.0.2.5'])]);
      const [status] = statuses as readonly { current_limit?: { requests_per_unit: number } }[];
      return status?.current_limit?.requests_per_unit;
    };
    writeFileSync(file, LIMITS.replace('unit: hour', 'unit: fortnight'));
    await vi.waitFor(() => expect(errors.length).toBeGreaterThan(0), { timeout: 30_000 });
    expect(await limitOf()).toBe(5);
    writeFileSync(file, LIMITS.replace('requests_per_unit: 5', 'requests_per_unit: 500'));
    await vi.waitFor(async () => expect(await limitOf()).toBe(500), { timeout: 30_000 });
    expect(JSON.stringify(errors)).toMatch(
      /web\.yaml:5:\d+: descriptors\.0\.rate_limit\.unit: expected one of/,
    );
  }, 90_000);
});
