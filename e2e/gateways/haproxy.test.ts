import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realProgramTest } from '@aegis/testing';
import { gatewayContract } from './gateway-contract.ts';
import { openGateway, shipped } from './gateway-scene.ts';

realProgramTest('haproxy', 'the shipped configuration refuses who is banned, by a Lua action', async () => {
  const scene = await openGateway();
  try {
    const { folder, key } = scene;
    writeFileSync(join(folder, 'aegis.lua'), shipped('haproxy/aegis.lua'));
    const config = shipped('haproxy/haproxy.cfg')
      .replaceAll('/etc/haproxy/', `${folder}/`)
      .replace('bind :8080', 'bind :::8080 v4v6');
    writeFileSync(join(folder, 'haproxy.cfg'), config);
    await scene.startProxy(['haproxy', '-db', '-q', '-f', join(folder, 'haproxy.cfg')], { AEGIS_KEY: key });
    await gatewayContract(scene);
  } finally {
    await scene.remove();
  }
});
