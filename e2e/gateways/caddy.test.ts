import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realProgramTest } from '@aegis/testing';
import { gatewayContract } from './gateway-contract.ts';
import { openGateway, shipped } from './gateway-scene.ts';

realProgramTest('caddy', 'the shipped configuration refuses who is banned, by forward_auth', async () => {
  const scene = await openGateway();
  try {
    const { folder, key } = scene;
    const file = join(folder, 'Caddyfile');
    writeFileSync(file, shipped('caddy/Caddyfile'));
    const homes = { AEGIS_KEY: key, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
    await scene.startProxy(['caddy', 'run', '--config', file, '--adapter', 'caddyfile'], homes);
    await gatewayContract(scene);
  } finally {
    await scene.remove();
  }
});
