import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realProgramTest } from '@aegis/testing';
import { expect } from 'vitest';
import { gatewayContract } from './gateway-contract.ts';
import { openGateway, shipped, VISITORS } from './gateway-scene.ts';

realProgramTest('caddy', 'the shipped configuration refuses who is banned, by forward_auth', async () => {
  const scene = await openGateway();
  try {
    const { folder, key } = scene;
    const file = join(folder, 'Caddyfile');
    writeFileSync(file, shipped('caddy/Caddyfile'));
    const homes = { AEGIS_KEY: key, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
    await scene.startProxy(['caddy', 'run', '--config', file, '--adapter', 'caddyfile'], homes);
    // Caddy hands on what the check answers: a browser is shown a page.
    await scene.aegis('decisions', 'add', VISITORS.other, '--reason', 'secret reason');
    const page = await scene.visit(VISITORS.other, '-H', 'Accept: text/html');
    expect([page.status, page.headers['content-type']]).toEqual([403, 'text/html; charset=utf-8']);
    expect(page.body).toContain(page.headers['x-aegis-decision']);
    expect(page.body).not.toContain('secret reason');
    await scene.aegis('decisions', 'delete', VISITORS.other);
    await gatewayContract(scene);
  } finally {
    await scene.remove();
  }
});
