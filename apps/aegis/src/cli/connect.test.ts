import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimDataDir, dataDir, writeRunning } from '../node/data-dir.ts';
import { runCommand, startCli } from './cli-fixture.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-connect-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('where no node runs it says so, and how to start one or name another', async () => {
  const { code, errors, json } = await runCommand(['sessions', 'list', '--data-dir', folder, '--json']);
  expect(code).toBe(4);
  expect(json()).toMatchObject({
    error: { code: 'no_node', details: [expect.stringContaining('aegis up'), expect.any(String)] },
  });
  expect(errors).toContain(`no node runs on ${folder}`);
});

test('a node that is gone without a word is not reachable', async () => {
  claimDataDir(dataDir(folder))();
  writeRunning(dataDir(folder), { pid: 1, api: 'http://127.0.0.1:1' });
  const { code, errors } = await runCommand(['check', '203.0.113.1', '--data-dir', folder]);
  expect(code).toBe(4);
  expect(errors).toMatch(/^error: cannot reach http:\/\/127\.0\.0\.1:1: /);
});

test('another node wants a key, from the environment', async () => {
  const { code, errors } = await runCommand(['check', '203.0.113.1', '--url', 'http://127.0.0.1:1']);
  expect(code).toBe(2);
  expect(errors).toContain('set AEGIS_API_KEY or AEGIS_API_KEY_FILE');
});

test('the data directory may be relative to the current one', async () => {
  const cli = await startCli();
  const { code } = await runCommand(['check', '203.0.113.1', '--data-dir', 'data'], { cwd: cli.folder });
  expect(code).toBe(0);
  const fromConfig = cli.file('aegis.yaml', 'data_dir: ./data\n');
  expect((await runCommand(['check', '203.0.113.1', '-c', fromConfig], { cwd: cli.folder })).code).toBe(0);
  expect((await runCommand(['check', '203.0.113.1'], { cwd: cli.folder })).code).toBe(0);
  await cli.close();
});

test('a key that cannot be read is told with the mend', async () => {
  const cli = await startCli();
  const key = join(cli.folder, 'data', 'secrets', 'cli.key');
  rmSync(key);
  mkdirSync(key);
  const { code, errors } = await cli.run(['check', '203.0.113.1']);
  expect(code).toBe(2);
  expect(errors).toContain('run the command as the user of the node');
  await cli.close();
});

test('a config that is wrong is told before anything is asked', async () => {
  const { code, errors } = await runCommand(['sessions', 'list'], { env: { AEGIS_HTTP_PORT: 'x' } });
  expect(code).toBe(2);
  expect(errors).toContain('AEGIS_HTTP_PORT');
});
