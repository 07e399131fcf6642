import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { realProgramTest } from '@aegis/testing';
import { expect } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { type GatewayScene, VISITORS } from './gateway-scene.ts';
import { withNginx } from './nginx-scene.ts';

/** Asks for one page after the other until one is refused; how many were answered before. */
async function probe({ visit }: GatewayScene, from: string, paths: readonly string[]): Promise<number> {
  for (const [answered, path] of paths.entries()) {
    const { status } = await visit(from, '--request-target', path);
    if (status === 403) return answered;
  }
  return paths.length;
}

const PROBES = [
  '/.env',
  '/.git/config',
  '/.aws/credentials',
  '/wp-config.php.bak',
  '/id_rsa',
  '/phpinfo.php',
];
const VISITS = [
  '/',
  '/page/1',
  '/search?q=select',
  '/robots.txt',
  '/favicon.ico',
  '/.well-known/security.txt',
];

realProgramTest(
  'nginx',
  'who probes, and who fails at ssh, is refused by an nginx that only asks',
  async () => {
    const log = join(mkdtempSync(join(tmpdir(), 'aegis-auth-')), 'auth.log');
    writeFileSync(log, '');
    const tail = JSON.stringify([{ file: log, format: 'host-log' }]);
    await withNginx({ AEGIS_SCENARIOS_TAIL: tail }, async (scene) => {
      const { visit } = scene;
      expect(await probe(scene, VISITORS.other, VISITS)).toBe(VISITS.length);
      // Looking goes on beside the answers: the request after the last probe may come before the decision.
      await eventually('the prober is refused', async () => {
        const answered = await probe(scene, VISITORS.banned, PROBES);
        return answered < PROBES.length ? true : undefined;
      });
      expect((await visit(VISITORS.banned)).status).toBe(403);
      const listed = JSON.parse(await scene.aegis('decisions', 'list', '--json')) as {
        decisions: { decision: { value: string; source: string } }[];
      };
      expect(listed.decisions.map(({ decision }) => [decision.value, decision.source])).toContainEqual([
        VISITORS.banned,
        'scenario/web-sensitive-files',
      ]);

      const guess = (n: number): string =>
        `${new Date().toISOString()} host sshd[${n}]: Failed password for root from ${VISITORS.sixth} port ${n} ssh2\n`;
      expect((await visit(VISITORS.sixth)).status).toBe(200);
      for (let n = 0; n < 4; n++) appendFileSync(log, guess(n));
      renameSync(log, `${log}.1`);
      for (let n = 4; n < 8; n++) appendFileSync(log, guess(n));
      await eventually('who guessed is refused', async () => {
        const { status } = await visit(VISITORS.sixth);
        return status === 403 ? true : undefined;
      });
      expect((await visit(VISITORS.other)).status).toBe(200);
    });
    rmSync(dirname(log), { recursive: true, force: true });
  },
);
