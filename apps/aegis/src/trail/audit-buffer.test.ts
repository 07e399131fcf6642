import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AegisError, silentLogger } from '@aegis/model';
import type { AuditEntry } from '@aegis/ports';
import { SUITES, type SuiteName } from '@aegis/trail';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DataDir, dataDir } from '../node/data-dir.ts';
import { AuditBuffer } from './audit-buffer.ts';

let dir: DataDir;

beforeEach(() => {
  dir = dataDir(mkdtempSync(join(tmpdir(), 'aegis-buffer-')));
  mkdirSync(join(dir.root, 'secrets'));
});

afterEach(() => rmSync(dir.root, { recursive: true }));

const entry = (id: string): AuditEntry => ({
  ...{ id, at: 1, actor: 'alice', action: 'access', target: 'GET /v1/keys', from: '192.0.2.1' },
  ...{ result: 'refused', detail: { why: 'wrong API key' } },
});
const ids = (entries: readonly AuditEntry[]): readonly string[] => entries.map(({ id }) => id);

async function drained(buffer: AuditBuffer): Promise<readonly string[]> {
  const seen: AuditEntry[] = [];
  await buffer.drain(async (entries) => void seen.push(...entries));
  return ids(seen);
}

describe.each(SUITES)('under %s', (suite: SuiteName) => {
  const open = (maxBytes?: number) =>
    new AuditBuffer({ dir, suite, logger: silentLogger, ...(maxBytes === undefined ? {} : { maxBytes }) });

  test('what waits comes back in order, from another process too, once', async () => {
    const buffer = open();
    for (const id of ['a', 'b', 'c']) await buffer.append([entry(id), entry(`${id}2`)]);
    const other = open();
    await other.append([entry('d')]);
    expect(await drained(other)).toEqual(['a', 'a2', 'b', 'b2', 'c', 'c2', 'd']);
    expect(await drained(other)).toEqual([]);
    await other.append([entry('e')]);
    expect(await drained(open())).toEqual(['e']);
  });

  test('nothing of it can be read on the disk, nor by others', async () => {
    await open().append([entry('a')]);
    expect(readFileSync(dir.auditBuffer, 'latin1')).not.toMatch(/alice|192|wrong/);
    expect(statSync(dir.auditBuffer).mode & 0o777).toBe(0o600);
    expect(statSync(dir.auditBufferKey).mode & 0o777).toBe(0o600);
  });

  test('a line that a crash cut is none, and the next one follows what was whole', async () => {
    await open().append([entry('a')]);
    appendFileSync(dir.auditBuffer, 'QUJD');
    const buffer = open();
    await buffer.append([entry('b')]);
    expect(await drained(open())).toEqual(['a', 'b']);
  });

  test.each([
    ['changed', (lines: string[]) => lines.with(1, (lines[1] as string).replace(/.{4}$/, 'AAAA'))],
    ['taken out', (lines: string[]) => lines.toSpliced(1, 1)],
    ['moved', (lines: string[]) => [lines[0], lines[2], lines[1], ...lines.slice(3)]],
  ])('a line that was %s ends what is believed, and a copy is put aside', async (_, tamper) => {
    await open().append([entry('a'), entry('b'), entry('c')]);
    writeFileSync(dir.auditBuffer, tamper(readFileSync(dir.auditBuffer, 'utf8').split('\n')).join('\n'));
    const buffer = open();
    await buffer.append([entry('d')]);
    expect(await drained(open())).toEqual(['a', 'd']);
    expect(statSync(`${dir.auditBuffer}.damaged-2`).size).toBeGreaterThan(0);
  });

  test('what cannot be handed over stays', async () => {
    const buffer = open();
    await buffer.append([entry('a')]);
    await expect(
      buffer.drain(() => Promise.reject(new AegisError('ledger_unavailable', 'away'))),
    ).rejects.toThrow('away');
    expect(await drained(buffer)).toEqual(['a']);
  });

  test('at its bound it refuses, and keeps what it has', async () => {
    const buffer = open(1_000);
    await buffer.append([entry('a')]);
    await expect(buffer.append(Array.from({ length: 9 }, (_, i) => entry(`${i}`)))).rejects.toMatchObject({
      code: 'ledger_unavailable',
    });
    expect(await drained(buffer)).toEqual(['a']);
  });
});
