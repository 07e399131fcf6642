import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GatewayScene, openGateway, shipped } from './gateway-scene.ts';

/** A node with these settings and an nginx in front of it, configured as we ship it; both are gone afterwards. */
export async function withNginx(
  settings: Readonly<Record<string, string>>,
  use: (scene: GatewayScene) => Promise<void>,
): Promise<void> {
  const scene = await openGateway(settings);
  try {
    const { folder, key } = scene;
    const inFolder = (text: string): string => text.replaceAll('/etc/nginx/', `${folder}/`);
    writeFileSync(join(folder, 'aegis-upstream.conf'), shipped('nginx/aegis-upstream.conf'));
    writeFileSync(
      join(folder, 'aegis-ask.conf'),
      shipped('nginx/aegis-ask.conf').replace('AEGIS_KEY"', `${key}"`),
    );
    writeFileSync(join(folder, 'aegis.conf'), inFolder(shipped('nginx/aegis.conf')));
    writeFileSync(join(folder, 'nginx.conf'), inFolder(shipped('nginx/nginx.conf')));
    const outside = `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;`;
    await scene.startProxy(['nginx', '-p', folder, '-c', join(folder, 'nginx.conf'), '-g', outside]);
    await use(scene);
  } finally {
    await scene.remove();
  }
}
