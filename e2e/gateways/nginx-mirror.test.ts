import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realProgramTest } from '@aegis/testing';
import { expect } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { type GatewayScene, openGateway, shipped, VISITORS } from './gateway-scene.ts';

async function withNginx(settings: Readonly<Record<string, string>>, use: (scene: GatewayScene) => Promise<void>) {
  const scene = await openGateway(settings);
  try {
    const { folder, key } = scene;
    const inFolder = (text: string): string => text.replaceAll('/etc/nginx/', `${folder}/`);
    writeFileSync(join(folder, 'aegis-upstream.conf'), shipped('nginx/aegis-upstream.conf'));
    writeFileSync(join(folder, 'aegis.conf'), shipped('nginx/aegis.conf').replace('AEGIS_KEY"', `${key}"`));
    writeFileSync(join(folder, 'nginx.conf'), inFolder(shipped('nginx/nginx.conf')));
    const outside = `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;`;
    await scene.startProxy(['nginx', '-p', folder, '-c', join(folder, 'nginx.conf'), '-g', outside]);
    await use(scene);
  } finally {
    await scene.remove();
  }
}

/** Asks for one page after the other until one is refused; how many were answered before. */
async function probe({ visit }: GatewayScene, from: string, paths: readonly string[]): Promise<number> {
  let answered = 0;
  for (const path of paths) {
    const { status } = await visit(from, '--request-target', path);
    if (status === 403) return answered;
    answered += 1;
    // Looking goes on beside the answers: the next request may be a little earlier than the decision.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return answered;
}

const PROBES = ['/.env', '/.git/config', '/.aws/credentials', '/wp-config.php.bak', '/id_rsa', '/phpinfo.php'];
const VISITS = ['/', '/page/1', '/page/2', '/search?q=select', '/robots.txt', '/favicon.ico', '/about'];

realProgramTest('nginx', 'a prober is refused after a few requests that nginx only asked about', async () => {
  await withNginx({}, async (scene) => {
    expect(await probe(scene, VISITORS.other, [...VISITS, ...VISITS, ...VISITS])).toBe(3 * VISITS.length);
    // Again and again until the decision has reached the check: bounded by the rule and not by luck.
    const answered = await eventually('the prober is refused', async () => {
      const count = await probe(scene, VISITORS.banned, PROBES);
      return count < PROBES.length ? count : undefined;
    });
    expect(answered).toBeLessThan(PROBES.length);
    const { status } = await scene.visit(VISITORS.banned);
    expect(status).toBe(403);
    expect((await scene.visit(VISITORS.other)).status).toBe(200);
    const listed = JSON.parse(await scene.aegis('decisions', 'list', '--json')) as {
      decisions: { decision: { value: string; source: string } }[];
    };
    expect(listed.decisions.map(({ decision }) => [decision.value, decision.source])).toContainEqual([
      VISITORS.banned,
      'scenario/web-sensitive-files',
    ]);
  });
});

realProgramTest('nginx', 'who fails at ssh is refused by nginx: a followed auth.log, rotated on the way', async () => {
  const log = join('/tmp', `aegis-auth-${process.pid}.log`);
  writeFileSync(log, '');
  const tail = JSON.stringify([{ file: log, format: 'host-log' }]);
  await withNginx({ AEGIS_SCENARIOS_TAIL: tail }, async (scene) => {
    expect((await scene.visit(VISITORS.banned)).status).toBe(200);
    const now = new Date().toISOString();
    for (let n = 0; n < 8; n++)
      appendFileSync(log, `${now} host sshd[${n}]: Failed password for root from ${VISITORS.banned} port ${n} ssh2\n`);
    await eventually('who guessed is refused', async () => {
      const { status } = await scene.visit(VISITORS.banned);
      return status === 403 ? true : undefined;
    });
    expect((await scene.visit(VISITORS.other)).status).toBe(200);
  });
});
