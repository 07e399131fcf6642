import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realProgramTest, unpackedPackage } from '@aegis/testing';
import { expect } from 'vitest';
import { type GatewayScene, openGateway, VISITORS } from './gateway-scene.ts';

const PORT = 8413;

async function behindProxy(start: (scene: GatewayScene) => Promise<void>): Promise<void> {
  const scene = await openGateway({
    AEGIS_HTTP_PROXY_PROTOCOL_ENABLED: 'true',
    AEGIS_HTTP_PROXY_PROTOCOL_PORT: String(PORT),
    AEGIS_HTTP_PROXY_PROTOCOL_FROM: '127.0.0.0/8',
  });
  try {
    await start(scene);
    await clientIsWhoTheHeaderNames(scene);
  } finally {
    await scene.remove();
  }
}

async function clientIsWhoTheHeaderNames({ visit, aegis, key, gateway }: GatewayScene): Promise<void> {
  const { banned, other, sixth } = VISITORS;
  const check = async (from: string, ...words: readonly string[]): Promise<number> =>
    (await visit(from, '--request-target', '/check', '-H', `X-Api-Key: ${key}`, ...words)).status;

  expect(await check(banned)).toBe(200);
  await aegis('decisions', 'add', banned, sixth, '--reason', 'test');
  expect(await check(banned)).toBe(403);
  expect(await check(sixth)).toBe(403);
  expect(await check(other)).toBe(200);
  // The proxy passes headers on as the client wrote them.
  expect(await check(banned, '-H', `X-Forwarded-For: ${other}`)).toBe(403);
  expect(await check(other, '-H', `X-Forwarded-For: ${banned}`)).toBe(200);

  // Without the header nobody is served.
  const target = `http://127.0.0.1:${PORT}/check`;
  await expect(gateway.run('curl', '-s', '-H', `X-Api-Key: ${key}`, target)).rejects.toThrow();
}

for (const version of ['send-proxy', 'send-proxy-v2 proxy-v2-options crc32c,unique-id']) {
  realProgramTest('haproxy', `the client of a connection begun with ${version} is who it names`, () =>
    behindProxy(async ({ folder, startProxy }) => {
      const file = join(folder, 'haproxy.cfg');
      const config = [
        'defaults',
        '  mode tcp',
        '  timeout connect 2s',
        '  timeout client 30s',
        '  timeout server 30s',
        'listen aegis',
        '  bind :::8080 v4v6',
        '  unique-id-format %[uuid()]',
        `  server aegis 127.0.0.1:${PORT} ${version} check`,
      ];
      writeFileSync(file, `${config.join('\n')}\n`);
      await startProxy(['haproxy', '-db', '-q', '-f', file]);
    }),
  );
}

realProgramTest('libnginx-mod-stream', 'the client of a connection passed on by nginx is who it names', () =>
  behindProxy(async ({ folder, startProxy }) => {
    const module = join(
      unpackedPackage('libnginx-mod-stream').root,
      'usr/lib/nginx/modules/ngx_stream_module.so',
    );
    const file = join(folder, 'nginx.conf');
    const config = [
      `load_module ${module};`,
      `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;`,
      'events {}',
      `stream { server { listen [::]:8080 ipv6only=off; proxy_pass 127.0.0.1:${PORT}; proxy_protocol on; } }`,
    ];
    writeFileSync(file, config.join('\n'));
    await startProxy(['nginx', '-p', folder, '-c', file]);
  }),
);
