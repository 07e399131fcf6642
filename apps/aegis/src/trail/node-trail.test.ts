import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SUITES } from '@aegis/trail';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createApiClient } from '../client/index.ts';
import { startNodeIn, testConfig } from '../node/node-fixture.ts';
import type { StartedNode } from '../node/start-node.ts';
import { copiesIn } from './checkpoint-copies.ts';
import { exportLines, verifyExport } from './trail-export.ts';

let folder: string;
const running: StartedNode[] = [];
const SECRETS = ['hunter2', 'S3cr3tValue99', '13812341234', '11010519491231002X'];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-node-trail-'));
});

afterEach(async () => {
  for (const node of running.splice(0)) await node.stop();
  rmSync(folder, { recursive: true });
});

type Trail = ReturnType<typeof testConfig>['trail'];

async function start(trail: Partial<Trail> = {}): Promise<StartedNode> {
  const config = testConfig(folder);
  const node = await startNodeIn(folder, { config: { ...config, trail: { ...config.trail, ...trail } } });
  running.push(node);
  return node;
}

async function verified(node: StartedNode, copies: readonly string[] = []) {
  const { trail } = node.services;
  await trail.settle();
  const result = await verifyExport(exportLines(trail), undefined, copies);
  if (!result.ok) throw new Error(result.error.message);
  const { findings } = await trail.agreement();
  return { ...result.value.verification, findings: [...result.value.verification.findings, ...findings] };
}

const alice = { name: 'alice', from: '192.0.2.1' };

async function decide(node: StartedNode, count: number): Promise<void> {
  const wishes = Array.from({ length: count }, (_, i) => ({
    ...{ scope: 'ip' as const, value: `198.51.100.${i}`, action: 'ban' as const, durationMs: 60_000 },
    reason: `scan ${SECRETS.map((secret) => `password=${secret} ${secret.startsWith('1') ? secret : ''}`).join(' ')}`,
  }));
  await node.services.decisions.add(wishes, alice);
}

test.each(SUITES)(
  'all that happens on a node is on its trail and agrees with the ledger, after a restart too: %s',
  async (suite) => {
    const node = await start({ suite });
    await decide(node, 5);
    const [decision] = (await node.services.decisions.list({ limit: 1 })).decisions;
    await node.services.decisions.lift(decision?.decision.id ?? '', 'mistake', alice);
    await node.services.keys.create({ name: 'unaudited', role: 'viewer' });
    const before = await verified(node);
    expect(before).toMatchObject({ findings: [], entries: 13, signed: 13 });
    await node.stop();
    const again = await start({ suite });
    await decide(again, 1);
    expect(await verified(again)).toMatchObject({ findings: [], entries: 17, signed: 17 });
    const deeds = await again.services.ledger.audit({ limit: 500, actor: 'node' });
    const lives = deeds.map(({ action }) => action).filter((action) => action.startsWith('node.'));
    expect(lives.toReversed()).toEqual(['node.start', 'node.stop', 'node.start']);
  },
);

test('a key of another suite does not sign on', async () => {
  await (await start()).stop();
  await expect(start({ suite: 'sm3-sm2' })).rejects.toMatchObject({ code: 'trail_key_unusable' });
});

test.each([
  ["UPDATE audit SET actor = 'mallory' WHERE rowid = 2", 'record_changed'],
  ['DELETE FROM audit WHERE rowid = 2', 'record_removed'],
  ["UPDATE decision SET reason = 'x' WHERE rowid = 3", 'record_changed'],
  ['UPDATE journal SET number = -number WHERE number = 4', 'record_removed'],
  [
    'INSERT INTO audit SELECT 99, \'forged\', at, actor, action, target, "from", result, detail FROM audit LIMIT 1',
    'record_inserted',
  ],
])('the ledger, tampered with: %s', async (sql, kind) => {
  const node = await start();
  await decide(node, 5);
  expect((await verified(node)).findings).toEqual([]);
  const db = new DatabaseSync(join(folder, 'ledger.db'));
  db.exec(sql);
  db.close();
  expect((await verified(node)).findings.map((finding) => finding.kind)).toContain(kind);
});

test.each([
  ["UPDATE entry SET body = replace(body, 'alice', 'malory') WHERE idx = 3", 'entry_changed', 3],
  ['DELETE FROM entry WHERE idx = 4', 'entry_missing', 4],
  ["UPDATE checkpoint SET text = replace(text, '\u2014 ', '\u2014  ') WHERE seq = 1", 'checkpoint_forged', 0],
  ['UPDATE entry SET at = 1 WHERE idx = 5', 'clock_backwards', 5],
])('the trail, tampered with: %s', async (sql, kind, at) => {
  const node = await start();
  await decide(node, 5);
  await verified(node);
  const db = new DatabaseSync(join(folder, 'trail.db'));
  db.exec(sql);
  db.close();
  expect((await verified(node)).findings).toContainEqual(expect.objectContaining({ kind, from: at }));
});

test('a tail that is cut with its checkpoints is found by the copies in a folder and in a syslog', async () => {
  const server = createSocket('udp4');
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  let syslog = '';
  server.on('message', (message) => {
    syslog += `${message.toString()}\n`;
  });
  const copyFolder = join(folder, 'elsewhere');
  const node = await start({
    copyFolder,
    syslog: `udp://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  await decide(node, 5);
  await verified(node);
  await vi.waitFor(() => expect(copiesIn(syslog).length).toBeGreaterThan(0));
  expect(syslog).toMatch(/^<110>1 \S+Z \S+ aegis \d+ trail-checkpoint - \{/);
  await node.stop();
  server.close();
  const db = new DatabaseSync(join(folder, 'trail.db'));
  db.exec('DELETE FROM entry WHERE idx >= 2; DELETE FROM checkpoint; UPDATE extent SET size = 2');
  db.close();
  const cut = await start();
  const file = readFileSync(join(copyFolder, `${cut.services.node.id}.checkpoints`), 'utf8');
  for (const copies of [copiesIn(file), copiesIn(syslog)]) {
    const { trail } = cut.services;
    const result = await verifyExport(exportLines(trail), undefined, copies);
    expect(result.ok && result.value.verification.findings.map(({ kind }) => kind)).toContainEqual(
      expect.stringMatching(/tail_truncated|copy_root/),
    );
  }
});

test('no key, password or number of a person is left in the ledger, on the trail or in errors', async () => {
  const node = await start();
  await decide(node, 3);
  const key = node.firstAdminKey ?? '';
  const secret = key.split('_')[2] as string;
  const client = createApiClient({ baseUrl: node.api, key });
  const created = await client.createKey({ name: 'bob', role: 'auditor' });
  const answers: string[] = [];
  for (const path of [`/v1/keys?token=${SECRETS[1]}`, `/v1/nothing/${key}`, '/v1/audit']) {
    const response = await fetch(node.api + path, {
      headers: { authorization: `Bearer ${key.slice(0, -1)}x` },
    });
    answers.push(await response.text());
  }
  await verified(node);
  await node.stop();
  const kept = ['ledger.db', 'trail.db', 'registry.db'].map((name) =>
    readFileSync(join(folder, name), 'latin1'),
  );
  const createdSecret = created.key.split('_')[2] as string;
  for (const text of [...kept, ...answers])
    for (const hidden of [...SECRETS, secret, createdSecret]) expect(text).not.toContain(hidden);
});

test('nothing of the trail is lost where its store cannot take it, and health says so', async () => {
  const node = await start();
  const db = new DatabaseSync(join(folder, 'trail.db'));
  db.exec('ALTER TABLE entry RENAME TO away');
  await decide(node, 2);
  await vi.waitFor(async () => expect((await node.services.health.report()).parts.trail?.ok).toBe(false));
  db.exec('ALTER TABLE away RENAME TO entry');
  db.close();
  await vi.waitFor(async () => expect((await node.services.health.report()).parts.trail?.ok).toBe(true));
  expect(await verified(node)).toMatchObject({ findings: [], entries: 5 });
});
