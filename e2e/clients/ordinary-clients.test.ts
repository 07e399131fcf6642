import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realProgramTest } from '@aegis/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningAegis } from '../harness/aegis-process.ts';
import { runProgram } from '../harness/run-program.ts';
import { sessionsOfVisit, startDecoyNode } from './decoy-visits.ts';

interface OrdinaryVisit {
  readonly name: string;
  readonly what: string;
  readonly commands: (site: string, folder: string) => readonly (readonly string[])[];
  /** Where the program can be told its source address; otherwise 127.0.0.1. */
  readonly from?: string;
  readonly agent: RegExp;
  readonly kind: string;
  readonly requests: number;
  readonly paths: readonly string[];
}

const VISITS: readonly OrdinaryVisit[] = [
  {
    name: 'curl',
    what: 'reads the shop and asks the API',
    from: '127.0.11.1',
    commands: (site) =>
      ['/', '/shop', '/api/v1/products', '/search?q=early+union+white'].map((path) => [
        ...['curl', '--silent', '--show-error', '--interface', '127.0.11.1', '--output', '/dev/null'],
        `${site}${path}`,
      ]),
    agent: /^curl\/\d/,
    kind: 'library',
    requests: 4,
    paths: ['/', '/shop', '/api/v1/products', '/search?q=early+union+white'],
  },
  {
    name: 'wget',
    what: 'mirrors the site',
    from: '127.0.12.1',
    commands: (site, folder) => [
      ['wget', '--quiet', '--mirror', '--level=2', '--bind-address=127.0.12.1', '-P', folder, `${site}/`],
    ],
    agent: /^Wget\/\d/,
    kind: 'library',
    requests: 15,
    paths: ['/', '/robots.txt', '/shop'],
  },
  {
    name: 'chromium',
    what: 'opens pages',
    commands: (site, folder) =>
      ['/', '/journal'].map((path) => [
        ...['chromium', '--headless', '--no-sandbox', '--disable-gpu', '--no-first-run'],
        ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
        ...[`--user-data-dir=${folder}`, '--dump-dom', `${site}${path}`],
      ]),
    agent: /HeadlessChrome\/\d/,
    kind: 'crawler',
    requests: 4,
    paths: ['/', '/journal'],
  },
  {
    name: 'newsboat',
    what: 'fetches the feed, and again',
    commands: (site, folder) => {
      writeFileSync(join(folder, 'urls'), `${site}/feed.xml\n`);
      const reload = ['newsboat', '-u', `${folder}/urls`, '-c', `${folder}/cache.db`, '-C', '/dev/null'];
      return [
        [...reload, '-x', 'reload'],
        [...reload, '-x', 'reload'],
      ];
    },
    agent: /^newsboat\/\d/,
    kind: 'feed_reader',
    requests: 2,
    paths: ['/feed.xml'],
  },
];

let node: RunningAegis;
let folder: string;
beforeAll(async () => {
  node = await startDecoyNode();
  folder = mkdtempSync(join(tmpdir(), 'aegis-clients-'));
});
afterAll(async () => {
  await node.stop();
  rmSync(folder, { recursive: true, force: true });
});

for (const { name, what, commands, from = '127.0.0.1', agent, kind, requests, paths } of VISITS) {
  realProgramTest(name, `${what}: an ordinary session`, async () => {
    const home = mkdtempSync(join(folder, `${name}-`));
    const sessions = await sessionsOfVisit(node, async () => {
      for (const command of commands(node.decoy, home)) {
        const { code, stderr } = await runProgram(command, { env: { HOME: home }, cwd: home });
        expect(code, `${command.join(' ')}\n${stderr}`).toBe(0);
      }
    });
    // More than one where the program paused between two commands for longer than a session lasts.
    expect(sessions).not.toEqual([]);
    for (const session of sessions) {
      expect(session).toMatchObject({
        peer_ip: from,
        sensor: 'decoy',
        user_agent: expect.stringMatching(agent),
        user_agent_info: { kind },
        threat_level: expect.stringMatching(/^(INFO|LOW)$/),
        attack_types: [],
        payloads: [],
      });
    }
    const count = sessions.reduce((sum, { request_count }) => sum + request_count, 0);
    expect(count).toBeGreaterThanOrEqual(requests);
    const seen = sessions.flatMap((session) => session.requests.map(({ path }) => path));
    expect(seen).toEqual(expect.arrayContaining([...paths]));
    const verdict = await node.run(['check', from, '--json']);
    expect(verdict).toMatchObject({ code: 0, stdout: expect.stringContaining('"outcome":"none"') });
  });
}

test('nothing was ever decided about any of them', async () => {
  expect(await node.get('/v1/decisions?in_force=false')).toEqual({ decisions: [] });
  expect((await node.get<{ attackers: unknown }>('/v1/memory/attackers')).attackers).toEqual([]);
});
