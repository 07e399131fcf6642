import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realProgramTest } from '@aegis/testing';
import { gatewayContract } from './gateway-contract.ts';
import { openGateway, shipped } from './gateway-scene.ts';

realProgramTest('nginx', 'the shipped configuration refuses who is banned, by auth_request', async () => {
  const scene = await openGateway();
  try {
    const { folder, key } = scene;
    const inFolder = (text: string): string => text.replaceAll('/etc/nginx/', `${folder}/`);
    writeFileSync(join(folder, 'aegis-upstream.conf'), shipped('nginx/aegis-upstream.conf'));
    writeFileSync(join(folder, 'aegis.conf'), shipped('nginx/aegis.conf').replace('AEGIS_KEY"', `${key}"`));
    writeFileSync(join(folder, 'nginx.conf'), inFolder(shipped('nginx/nginx.conf')));
    const outside = `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;`;
    await scene.startProxy(['nginx', '-p', folder, '-c', join(folder, 'nginx.conf'), '-g', outside]);
    await gatewayContract(scene);
  } finally {
    await scene.remove();
  }
});
