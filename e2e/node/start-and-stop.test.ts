import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aegis, spawnAegis, startAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';
import { jsonDocument } from '../harness/json-document.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'aegis-start-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

test('the first start shows an admin key that works, later starts show none and keep it', async () => {
  const first = await startAegis({ dataDir });
  const adminKey = first.firstAdminKey as string;
  expect(adminKey).toMatch(/^aegis_[0-9a-f]{16}_[0-9a-f]{64}$/);
  expect(first.log()).not.toContain(adminKey);
  const asAdmin = (api: string): Promise<Response> =>
    fetch(`${api}/v1/keys`, { headers: { authorization: `Bearer ${adminKey}` } });
  expect((await asAdmin(first.api)).status).toBe(200);
  expect(statSync(join(dataDir, 'secrets', 'cli.key')).mode & 0o777).toBe(0o600);
  expect(await first.stop()).toBe(0);

  const second = await startAegis({ dataDir });
  expect(second.firstAdminKey).toBeUndefined();
  expect((await asAdmin(second.api)).status).toBe(200);
  expect(await second.stop()).toBe(0);
});

test('a data directory belongs to one node: another one does not start, and harms nothing', async () => {
  const node = await startAegis({ dataDir });
  const other = await aegis(['up', '--json', '--data-dir', dataDir], {
    env: { AEGIS_HTTP_PORT: '0', AEGIS_DECOY_PORT: '0' },
  });
  expect(other.code).toBe(1);
  expect(jsonDocument(other.stdout)).toMatchObject({ error: { code: 'data_dir_in_use' } });
  expect(other.stderr).toContain(`${dataDir} is in use by another aegis process`);
  expect((await node.run(['check', '192.0.2.1'])).code).toBe(0);
  expect(await node.stop()).toBe(0);
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s ends it with 0, and commands then say that no node runs',
  async (signal) => {
    const child = spawnAegis(['up', '--data-dir', dataDir], {
      cwd: dataDir,
      env: { AEGIS_HTTP_PORT: '0', AEGIS_DECOY_PORT: '0' },
    });
    const output = text(child.stdout as NonNullable<typeof child.stdout>);
    await eventually('the node is up', async () =>
      existsSync(join(dataDir, 'running.json')) ? true : undefined,
    );
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(0);
    const welcome = await output;
    expect(welcome).toMatch(/^aegis \d+\.\d+\.\d+ {2}node /);
    expect(welcome).toContain('Admin key, shown this once:');
    expect(existsSync(join(dataDir, 'running.json'))).toBe(false);

    const check = await aegis(['check', '192.0.2.1', '--json', '--data-dir', dataDir]);
    expect(check.code).toBe(4);
    expect(jsonDocument(check.stdout)).toMatchObject({ error: { code: 'no_node' } });
    expect(check.stderr).toContain('aegis up');
  },
);

test('after kill -9 commands say that it cannot be reached, and it starts again', async () => {
  const node = await startAegis({ dataDir });
  await node.kill();
  const check = await node.run(['check', '192.0.2.1']);
  expect(check.code).toBe(4);
  expect(check.stderr).toMatch(/^error: .*(reach|connect)/);
  const again = await startAegis({ dataDir });
  expect((await again.run(['check', '192.0.2.1'])).code).toBe(0);
  expect(await again.stop()).toBe(0);
});

test('decisions outlive a restart, expired ones stay expired', async () => {
  const node = await startAegis({ dataDir });
  const add = ['decisions', 'add', '--reason', 'restart test'];
  expect((await node.run([...add, '203.0.113.7', '--duration', '1h'])).code).toBe(0);
  expect((await node.run([...add, '203.0.113.8', '--duration', '3s'])).code).toBe(0);
  expect((await node.run([...add, '203.0.113.9', '--duration', '1h'])).code).toBe(0);
  expect((await node.run(['decisions', 'delete', '203.0.113.9'])).code).toBe(0);
  await eventually('the short one is over', async () =>
    (await node.run(['check', '203.0.113.8'])).code === 0 ? true : undefined,
  );
  expect(await node.stop()).toBe(0);

  const again = await startAegis({ dataDir });
  expect((await again.run(['check', '203.0.113.7'])).code).toBe(3);
  expect((await again.run(['check', '203.0.113.8'])).code).toBe(0);
  expect((await again.run(['check', '203.0.113.9'])).code).toBe(0);
  const { decisions } = await again.get<{ decisions: readonly unknown[] }>('/v1/decisions?in_force=false');
  expect(decisions).toHaveLength(3);
  expect(await again.stop()).toBe(0);
  expect(readFileSync(join(dataDir, 'secrets', 'cli.key'), 'utf8').trim()).toBe(node.key);
});

test.each([
  ['http', 'AEGIS_HTTP_PORT', 'the API'],
  ['decoy', 'AEGIS_DECOY_PORT', 'the decoy'],
])('%s.port that is taken is said in one line, with the mend', async (section, variable, what) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const { code, stdout, stderr } = await aegis(['up', '--data-dir', dataDir], {
    env: { AEGIS_HTTP_PORT: '0', AEGIS_DECOY_PORT: '0', [variable]: String(port) },
  });
  taken.close();
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain(
    `error: ${what} cannot listen on 127.0.0.1:${port}: another program listens there`,
  );
  expect(stderr).toContain(`set ${section}.port`);
  expect(stderr).not.toMatch(/^ +at /m);
});
