import { realProgramTest } from '@aegis/testing';
import { expect } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { gatewayContract } from './gateway-contract.ts';
import { VISITORS } from './gateway-scene.ts';
import { withNginx } from './nginx-scene.ts';

realProgramTest('nginx', 'the shipped configuration refuses who is banned, by auth_request', () =>
  withNginx({}, gatewayContract),
);

realProgramTest('nginx', 'a route that is closed while Aegis is away, beside those that are open', () =>
  withNginx({}, async ({ visit, aegis, node }) => {
    const { banned, other } = VISITORS;
    const status = async (from: string, path: string): Promise<number> =>
      (await visit(from, '--request-target', path)).status;
    await aegis('decisions', 'add', banned, '--reason', 'a test');
    for (const path of ['/admin/', '/shop'])
      expect([await status(banned, path), await status(other, path)], path).toEqual([403, 200]);
    await node.kill();
    await eventually('the shop is open to everybody', async () =>
      (await status(banned, '/shop')) === 200 ? true : undefined,
    );
    expect([await status(banned, '/admin/'), await status(other, '/admin/')]).toEqual([500, 500]);
  }),
);
