import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type SessionRecord, seededRandom } from '@aegis/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spawnAegis, startAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';
import { jsonDocument } from '../harness/json-document.ts';
import { storedSessions } from '../harness/stored-sessions.ts';

const LINES = 60_000;
const CLIENTS = 9_000;

let folder: string;
let log: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-resume-'));
  log = join(folder, 'access.log');
  writeFileSync(log, accessLog());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Interleaved visits: at any line hundreds of sessions are open. Every hundredth line is none. */
function accessLog(): string {
  const random = seededRandom(7);
  const start = Date.UTC(2026, 9, 20);
  const lines = Array.from({ length: LINES }, (_, i) => {
    if (i % 100 === 99) return `not a line ${i}`;
    const client = Math.floor((i / LINES) * CLIENTS + random.next() * 60);
    const time = new Date(start + i * 250).toUTCString();
    const [, day, month, year, clock] = time.split(' ');
    const peer = `2001:db8::${client.toString(16)}`;
    return `${peer} - - [${day}/${month}/${year}:${clock} +0000] "GET /p/${i} HTTP/1.1" 200 12 "-" "curl/8.5.0"`;
  });
  return `${lines.join('\n')}\n`;
}

/** Whatever the sessions say of the visits, without when they were taken in. */
function visitsOf(dataDir: string): readonly SessionRecord[] {
  return storedSessions(dataDir)
    .map((session) => ({ ...session, processed_at: '' }))
    .sort((a, b) => (a.sess_uuid < b.sess_uuid ? -1 : 1));
}

async function ingestUninterrupted(file: string): Promise<readonly SessionRecord[]> {
  const node = await startAegis();
  const { code, stdout } = await node.run(['ingest', file, '--wait', '--json']);
  expect(code).toBe(0);
  const complete = { lines: LINES, bad_lines: LINES / 100, from_line: 1, complete: true };
  expect(jsonDocument(stdout)).toMatchObject({ files: [complete] });
  const sessions = visitsOf(node.dataDir);
  expect(await node.stop()).toBe(0);
  return sessions;
}

/** Ends a run with this signal once it has got somewhere; the place it had noted. */
async function interrupt(dataDir: string, file: string, signal: 'SIGKILL' | 'SIGINT'): Promise<number> {
  const noted = (): number => {
    const [checkpoint] = globSync(join(dataDir, 'ingest', '*.json'));
    return checkpoint === undefined
      ? 0
      : (JSON.parse(readFileSync(checkpoint, 'utf8')) as { line: number }).line;
  };
  const before = noted();
  const child = spawnAegis(['ingest', file, '--data-dir', dataDir]);
  const ended = once(child, 'exit');
  await eventually('it has got somewhere', async () => (noted() > before ? true : undefined));
  child.kill(signal);
  const [code] = (await ended) as [number | null];
  expect(code).toBe(signal === 'SIGKILL' ? null : 130);
  return noted();
}

test.each([
  ['a plain file', (path: string) => path],
  [
    'a gzip file',
    (path: string) => {
      const zipped = `${path}.gz`;
      writeFileSync(zipped, gzipSync(readFileSync(path)));
      return zipped;
    },
  ],
])(
  'interrupted with kill -9 and Ctrl-C, %s gives exactly the sessions of an uninterrupted run',
  async (_, make) => {
    const file = make(log);
    const expected = await ingestUninterrupted(file);
    expect(expected.length).toBeGreaterThan(CLIENTS / 2);

    const node = await startAegis();
    const first = await interrupt(node.dataDir, file, 'SIGKILL');
    const second = await interrupt(node.dataDir, file, 'SIGINT');
    expect(second).toBeGreaterThan(first);
    expect(second).toBeLessThan(LINES);
    const { stdout } = await node.run(['ingest', file, '--wait', '--json']);
    const answer = jsonDocument<{ files: readonly { from_line: number; complete: boolean }[] }>(stdout);
    expect(answer.files).toEqual([expect.objectContaining({ from_line: second, complete: true })]);
    expect(visitsOf(node.dataDir)).toEqual(expected);
    expect(await node.stop()).toBe(0);
    expect(existsSync(node.dataDir)).toBe(false);
  },
);
