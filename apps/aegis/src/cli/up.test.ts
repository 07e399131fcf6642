import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { claimDataDir, dataDir, readRunning } from '../node/data-dir.ts';
import { type CommandEnd, runCommand, tooWide } from './cli-fixture.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-up-'));
  writeFileSync(
    join(folder, 'aegis.yaml'),
    'log: { level: silent }\nhttp: { port: 0 }\ndecoy: { port: 0 }\n',
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs until the node says where it is, then stops it as Ctrl-C does. */
async function upAndDown(...words: readonly string[]): Promise<CommandEnd> {
  const stop = new AbortController();
  const ending = runCommand(['up', ...words], { cwd: folder, signal: stop.signal });
  await vi.waitFor(() => expect(readRunning(dataDir(join(folder, 'aegis-data')))).toBeDefined(), 10_000);
  stop.abort();
  return ending;
}

test('it says where everything is, shows the admin key once, and ends when it is told to', async () => {
  const first = await upAndDown();
  expect(first).toMatchObject({ code: 0, errors: '' });
  expect(first.output).toMatch(/API +http:\/\/127\.0\.0\.1:\d+/);
  expect(first.output).toMatch(/decoy +http:\/\/127\.0\.0\.1:\d+/);
  expect(first.output).toContain(join(folder, 'aegis-data'));
  expect(first.output).toMatch(/Admin key, shown this once: +aegis_\S+/);
  expect(tooWide(first.output.replaceAll(/aegis_\S+/g, 'KEY').replaceAll(folder, ''))).toEqual([]);
  expect((await upAndDown()).output).not.toContain('Admin key');
});

test('as JSON one line with the facts', async () => {
  const { output, json } = await upAndDown('--json');
  expect(output.trimEnd().split('\n')).toHaveLength(1);
  expect(json()).toEqual({
    node: expect.any(String),
    version: expect.stringMatching(/^\d/),
    api: expect.stringMatching(/^http:/),
    decoy: expect.stringMatching(/^http:/),
    data_dir: join(folder, 'aegis-data'),
    admin_key: expect.stringMatching(/^aegis_/),
  });
});

test('a port that is taken is named with what to do', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const { code, output, errors } = await runCommand(['up'], {
    cwd: folder,
    env: { AEGIS_HTTP_PORT: String(port) },
  });
  expect([code, output]).toEqual([1, '']);
  expect(errors).toBe(
    `error: the API cannot listen on 127.0.0.1:${port}: another program listens there; stop it, or set http.port to another one (0 takes a free one)\n`,
  );
  await new Promise((resolve) => other.close(resolve));
});

test('a data directory that is in use is named with what to do', async () => {
  const release = claimDataDir(dataDir(join(folder, 'aegis-data')));
  const { code, errors } = await runCommand(['up'], { cwd: folder });
  expect(code).toBe(1);
  expect(errors).toContain(`${join(folder, 'aegis-data')} is in use by another aegis process; stop it`);
  release();
});

test('told to stop while it starts, it starts and stops', async () => {
  const stop = new AbortController();
  stop.abort();
  expect((await runCommand(['up'], { cwd: folder, signal: stop.signal })).code).toBe(0);
  claimDataDir(dataDir(join(folder, 'aegis-data')))();
});
