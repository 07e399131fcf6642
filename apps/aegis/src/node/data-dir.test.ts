import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  claimDataDir,
  dataDir,
  readCliKey,
  readRunning,
  removeRunning,
  writeCliKey,
  writeRunning,
} from './data-dir.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-data-dir-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('everything lies in the directory, the stream under the name it was given', () => {
  const dir = dataDir(folder, 'other_stream');
  expect(dir.stream).toBe(join(folder, 'other_stream.db'));
  for (const path of Object.values(dir)) expect(path.startsWith(folder)).toBe(true);
});

test('a directory is taken once, given back, and taken again', () => {
  const dir = dataDir(join(folder, 'new', 'deeper'));
  const release = claimDataDir(dir);
  expect(() => claimDataDir(dir)).toThrow(
    expect.objectContaining({ code: 'data_dir_in_use', message: expect.stringContaining(dir.root) }),
  );
  release();
  release();
  claimDataDir(dir)();
});

test('another process has it until it ends, even by kill -9', async () => {
  const script = `
    import { claimDataDir, dataDir } from ${JSON.stringify(join(import.meta.dirname, 'data-dir.ts'))};
    claimDataDir(dataDir(${JSON.stringify(folder)}));
    process.stdout.write('taken');
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  expect(() => claimDataDir(dataDir(folder))).toThrow(expect.objectContaining({ code: 'data_dir_in_use' }));
  child.kill('SIGKILL');
  await ended;
  claimDataDir(dataDir(folder))();
});

test('what is no directory, or no lock, is told as it is', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => claimDataDir(dataDir(file))).toThrow(
    expect.objectContaining({ code: 'data_dir_unavailable' }),
  );
  writeFileSync(join(folder, 'lock.db'), 'this is not a database, and long enough to be seen as none');
  expect(() => claimDataDir(dataDir(folder))).toThrow(
    expect.objectContaining({
      code: 'data_dir_unavailable',
      message: expect.stringContaining('not a database'),
    }),
  );
});

test('where a node runs is found until it is removed', () => {
  const dir = dataDir(folder);
  expect(readRunning(dir)).toBeUndefined();
  const running = { pid: 1, api: 'http://127.0.0.1:8411', decoy: 'http://[::1]:8080' };
  writeRunning(dir, running);
  expect(readRunning(dir)).toEqual(running);
  removeRunning(dir);
  removeRunning(dir);
  expect(readRunning(dir)).toBeUndefined();
});

test.each(['', '{', '{"pid":"x"}', '{"pid":1,"api":"nowhere"}'])(
  '%j says of no node where it runs',
  (text) => {
    const dir = dataDir(folder);
    writeFileSync(dir.running, text);
    expect(readRunning(dir)).toBeUndefined();
  },
);

test('the key of the command line is for its owner alone, also where it was not before', () => {
  const dir = dataDir(folder);
  claimDataDir(dir)();
  expect(readCliKey(dir)).toBeUndefined();
  writeFileSync(dir.cliKey, 'old');
  chmodSync(dir.cliKey, 0o644);
  writeCliKey(dir, 'aegis_1_secret');
  expect(readCliKey(dir)).toBe('aegis_1_secret');
  expect(statSync(dir.cliKey).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'secrets')).mode & 0o777).toBe(0o700);
});
