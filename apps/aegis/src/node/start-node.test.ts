import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { attack, visit } from '../pipeline/pipeline-fixture.ts';
import { claimDataDir, dataDir, readCliKey, readRunning, writeRunning } from './data-dir.ts';
import { startNodeIn, testConfig } from './node-fixture.ts';
import type { StartedNode } from './start-node.ts';

/** However busy the machine is. */
const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, 10_000);

let folder: string;
const started: StartedNode[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-node-'));
});
afterEach(async () => {
  for (const node of started.splice(0)) await node.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: Parameters<typeof startNodeIn>[1] = {}): Promise<StartedNode> {
  const node = await startNodeIn(folder, options);
  started.push(node);
  return node;
}

const ACTOR = { name: 'alice', from: 'local' };

test('a node starts, answers, says where it is, and leaves nothing running', async () => {
  const node = await start();
  expect(node.firstAdminKey).toMatch(/^aegis_/);
  expect(readRunning(dataDir(folder))).toEqual({ pid: process.pid, api: node.api, decoy: node.decoy });
  const ready = await fetch(`${node.api}/health/ready`);
  expect([ready.status, await ready.json()]).toMatchObject([200, { ready: true }]);
  expect((await fetch(node.decoy ?? '')).status).toBe(200);
  await Promise.all([node.stop(), node.stop()]);
  expect(readRunning(dataDir(folder))).toBeUndefined();
  await expect(fetch(`${node.api}/health/ready`)).rejects.toThrow();
  claimDataDir(dataDir(folder))();
});

test('started again on the same directory it has everything: keys, decisions, sessions', async () => {
  const first = await start();
  await first.services.decisions.add(
    [{ scope: 'ip', value: '203.0.113.1', action: 'ban', durationMs: 3_600_000, reason: 'x' }],
    ACTOR,
  );
  await first.services.intake.accept([visit(1)]);
  await eventually(async () => expect(await first.services.archive.get('session-1')).toBeDefined());
  await first.stop();

  const second = await start();
  expect(second.firstAdminKey).toBeUndefined();
  expect(second.services.checks.check({ address: '203.0.113.1' }).outcome).toBe('block');
  expect(second.services.checks.check({ address: '203.0.113.2' }).outcome).toBe('none');
  expect(await second.services.archive.get('session-1')).toBeDefined();
  for (const key of [first.firstAdminKey, readCliKey(dataDir(folder))])
    expect(second.services.keys.verify(key ?? '')).toMatchObject({ role: 'admin' });
});

test('what an attack leads to can be seen in its decision and its enforcement', async () => {
  const { services } = await start();
  const at = Date.now() - 5_000;
  await services.intake.accept([
    {
      ...attack(1),
      start_time: at,
      end_time: at + 1_000,
      requests: attack(1).requests?.map((request) => ({ ...request, timestamp: at })) ?? [],
    },
  ]);
  await eventually(() => expect(services.checks.check({ address: '198.18.0.1' }).outcome).toBe('block'));
  const { text } = await services.metrics.render();
  expect(text).toMatch(/aegis_decisions_made_total\{action="ban"\} 1/);
});

test('stopped while sessions come in, nothing that was acknowledged is lost, and each is stored once', async () => {
  const pipeline = { ...testConfig(folder).pipeline, batchSize: 20 };
  const acknowledged: string[] = [];
  for (let life = 0; life < 3; life++) {
    const node = await start({ config: { pipeline } });
    let on = true;
    const sending = (async () => {
      for (let batch = 0; on && batch < 50; batch++) {
        const sessions = Array.from({ length: 10 }, (_, n) => visit(life * 500 + batch * 10 + n));
        try {
          await node.services.intake.accept(sessions);
          acknowledged.push(...sessions.map(({ sess_uuid: id }) => id));
        } catch {
          return;
        }
      }
    })();
    await eventually(() => expect(acknowledged.length).toBeGreaterThan(life * 100 + 50));
    const stopping = node.stop();
    on = false;
    await Promise.all([stopping, sending]);
  }
  const last = await start({ config: { pipeline } });
  await eventually(async () =>
    expect(await last.services.intake.backlog()).toMatchObject({ waiting: 0, pending: 0 }),
  );
  const { sessions } = await last.services.archive.stats({});
  expect(sessions).toBe(acknowledged.length);
  for (const id of acknowledged) expect(await last.services.archive.get(id)).toBeDefined();
});

test.each(['http', 'decoy'] as const)(
  'a port that is taken is named with the setting, and all that was opened is closed again: %s',
  async (section) => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const config = testConfig(folder);
    const taken = { [section]: { ...config[section], port } };
    await expect(startNodeIn(folder, { config: taken })).rejects.toMatchObject({
      code: 'port_in_use',
      message: expect.stringMatching(new RegExp(`127\\.0\\.0\\.1:${port}.*${section}\\.port`)),
    });
    expect(readRunning(dataDir(folder))).toBeUndefined();
    await new Promise((resolve) => other.close(resolve));
    await start();
  },
);

test('a second node on the directory is refused and leaves the first one as it is', async () => {
  const node = await start();
  await expect(startNodeIn(folder)).rejects.toMatchObject({ code: 'data_dir_in_use' });
  expect(readRunning(dataDir(folder))?.api).toBe(node.api);
  expect((await fetch(`${node.api}/health/ready`)).status).toBe(200);
});

test('a store that cannot be opened is named, and the directory given back', async () => {
  writeFileSync(join(folder, 'ledger.db'), 'this is not a database, and long enough to be seen as none');
  await expect(startNodeIn(folder)).rejects.toMatchObject({
    code: 'ledger_unavailable',
    message: expect.stringContaining('ledger.db'),
  });
  rmSync(join(folder, 'ledger.db'));
  await start();
});

test('scenario files that cannot be used are named with their lines', async () => {
  const file = join(folder, 'mine.yaml');
  writeFileSync(file, 'name: [\n');
  await expect(
    startNodeIn(folder, { config: { scenarios: { ...testConfig(folder).scenarios, files: [file] } } }),
  ).rejects.toMatchObject({
    code: 'bad_scenarios',
    message: expect.stringContaining(`${file}:`),
  });
  claimDataDir(dataDir(folder))();
});

test('what a node that was killed said of itself does not outlive the next start', async () => {
  const dir = dataDir(folder);
  writeRunning(dir, { pid: 1, api: 'http://127.0.0.1:1' });
  const config = testConfig(folder);
  const nowhere = { http: { ...config.http, host: '203.0.113.1' } };
  await expect(startNodeIn(folder, { config: nowhere })).rejects.toMatchObject({
    code: 'bad_listen_address',
  });
  expect(readRunning(dir)).toBeUndefined();
});

test('without its decoy a node is whole', async () => {
  const { decoy } = testConfig(folder);
  const node = await start({ config: { decoy: { ...decoy, enabled: false } } });
  expect(node.decoy).toBeUndefined();
  expect(readRunning(dataDir(folder))).toEqual({ pid: process.pid, api: node.api });
  expect(existsSync(join(folder, 'lock.db'))).toBe(true);
});
