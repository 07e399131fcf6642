import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { jsonDocument } from '../harness/json-document.ts';
import { runProgram } from '../harness/run-program.ts';

let node: RunningAegis;
let folder: string;
beforeAll(async () => {
  node = await startAegis();
  folder = mkdtempSync(join(tmpdir(), 'aegis-json-'));
  writeFileSync(join(folder, 'list.txt'), '203.0.113.3\n');
  const line = '192.0.2.9 - - [20/Oct/2026:14:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8.5.0"\n';
  writeFileSync(join(folder, 'access.log'), line);
});
afterAll(async () => {
  await node.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** In an order in which each finds what it needs; `up` and `demo` have tests of their own. */
const COMMANDS: readonly (readonly [words: readonly string[], code: number])[] = [
  [['decisions', 'add', '203.0.113.1', '--reason', 'one'], 0],
  [['decisions', 'add', '127.0.0.1', '--reason', 'refused'], 1],
  [['decisions', 'list'], 0],
  [['decisions', 'import', 'list.txt'], 0],
  [['check', '203.0.113.1'], 3],
  [['check', '203.0.113.1', '--explain'], 3],
  [['check', 'nobody'], 2],
  [['decisions', 'delete', '203.0.113.1'], 0],
  [['decisions', 'delete', '203.0.113.1'], 5],
  [['ingest', 'access.log', '--wait'], 0],
  [['ingest', 'list.txt'], 2],
  [['sessions', 'list'], 0],
  [['sessions', 'show', 'nobody'], 5],
  [['keys', 'create', 'json', '--role', 'viewer'], 0],
  [['keys', 'list'], 0],
  [['keys', 'revoke', '0000000000000000'], 5],
];

test.each(COMMANDS)('aegis %j --json prints one JSON document and nothing else', async (words, expected) => {
  const { code, stdout } = await node.run([...words, '--json'], { cwd: folder });
  const document = jsonDocument<Record<string, unknown>>(stdout);
  expect({ code, failed: 'error' in document }).toEqual({
    code: expected,
    failed: [2, 5].includes(expected),
  });
});

test('decisions export writes a JSON document, and nothing when there is nothing to say', async () => {
  const { code, stdout, stderr } = await node.run(['decisions', 'export']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual([expect.objectContaining({ value: '203.0.113.3' })]);
});

test('a reader that stops early ends a command quietly', async () => {
  const program = join(import.meta.dirname, '..', '..', 'apps', 'aegis', 'bin', 'aegis.js');
  const pipe = `set -o pipefail; "$0" "$1" config example | head -1`;
  const { stdout, stderr } = await runProgram(['bash', '-c', pipe, process.execPath, program]);
  expect({ lines: stdout.trim().split('\n').length, stderr }).toEqual({ lines: 1, stderr: '' });
});
