import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readFile } from './read-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'aegis-read-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('a file within the limit is read whole', () => {
  const path = join(directory, 'big');
  const bytes = Buffer.alloc(200_000, 'ab');
  writeFileSync(path, bytes);
  const read = readFile(path, 200_000);
  expect(read.ok && bytes.equals(read.value)).toBe(true);
  expect(readFile(path, 199_999)).toMatchObject({ ok: false, error: { kind: 'too_big' } });
});

test('missing, a directory and an endless device are told apart from a file', () => {
  expect(readFile(join(directory, 'none'), 10)).toMatchObject({ ok: false, error: { kind: 'missing' } });
  expect(readFile(directory, 10)).toMatchObject({ ok: false, error: { kind: 'unreadable' } });
  expect(readFile('/dev/zero', 10)).toMatchObject({ ok: false, error: { kind: 'unreadable' } });
});
