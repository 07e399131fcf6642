import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Random, seededRandom } from '@aegis/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { jsonDocument } from '../harness/json-document.ts';

const FIXTURES = join(import.meta.dirname, '..', 'node', 'fixtures');
const SEED = Number(process.env.AEGIS_SEED ?? Date.now() % 1_000_000);
const MUTATIONS = 3_000;
const MIB = 1024 * 1024;
/** What the command may hold; it would be killed at far less than the files below are long. */
const SMALL_HEAP = { NODE_OPTIONS: '--max-old-space-size=128' };

interface FileAnswer {
  readonly lines: number;
  readonly bad_lines: number;
  readonly sessions: number;
  readonly complete: boolean;
  readonly errors: readonly { readonly line: number; readonly message: string }[];
}

let node: RunningAegis;
let folder: string;
beforeAll(async () => {
  node = await startAegis();
  folder = mkdtempSync(join(tmpdir(), 'aegis-bad-files-'));
});
afterAll(async () => {
  expect(await node.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
});

function written(name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

async function ingest(file: string, format: string): Promise<FileAnswer> {
  const words = ['ingest', file, '--format', format, '--wait', '--json'];
  const { code, stdout, stderr } = await node.run(words, { env: SMALL_HEAP });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const [answer] = jsonDocument<{ files: readonly [FileAnswer] }>(stdout).files;
  return answer;
}

/** An access log line that must be kept. */
function goodLine(n: number): string {
  const client = `203.0.113.${n}`;
  return `${client} - - [20/Oct/2026:14:00:${String(n).padStart(2, '0')} +0000] "GET /good/${n} HTTP/1.1" 200 1 "-" "x"`;
}

async function goodOnesStored(count: number): Promise<void> {
  const { sessions } = await node.get<{ sessions: readonly unknown[] }>(
    '/v1/sessions?peer_ip=203.0.113.0/24&limit=500',
  );
  expect(sessions).toHaveLength(count);
}

/** Lines of a fixture with bytes changed, left out, doubled or swapped with another line's, or cut off. */
function mutant(lines: readonly Buffer[], random: Random): Uint8Array {
  const pick = (size: number): number => Math.floor(random.next() * size);
  let bytes = Buffer.from(lines[pick(lines.length)] as Buffer);
  for (let n = 1 + pick(5); n > 0; n--) {
    const at = pick(bytes.length);
    const piece = bytes.subarray(at, at + pick(20));
    const other = lines[pick(lines.length)] as Buffer;
    switch (pick(5)) {
      case 0:
        bytes[at] = pick(256);
        break;
      case 1:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), piece, piece, bytes.subarray(at)]);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(pick(other.length))]);
        break;
      default:
        bytes = bytes.subarray(0, at + 1);
    }
    if (bytes.length === 0) break;
  }
  return bytes.filter((byte) => byte !== 10);
}

test.each([
  ['tanner', 'tanner-requests.jsonl', '192.0.2.11'],
  ['tanner', 'tanner-paths.jsonl', '192.0.2.21'],
  ['snare', 'snare.jsonl', '192.0.2.31'],
  ['cowrie', 'cowrie.json', '192.0.2.41'],
  ['access-log', 'access.log', '192.0.2.51'],
  ['json-access-log', 'caddy.json', '192.0.2.61'],
  ['zeek-http', 'zeek-http.log', '192.0.2.71'],
  ['w3c-log', 'iis.log', '192.0.2.91'],
])(
  `${MUTATIONS} mutated lines of %s (%s): the bad ones are told, the untouched ones kept (AEGIS_SEED=${SEED})`,
  async (format, fixture, attacker) => {
    const random = seededRandom(SEED);
    const content = readFileSync(join(FIXTURES, fixture));
    const lines = content
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => Buffer.from(line));
    const mutants = Array.from({ length: MUTATIONS }, () => mutant(lines, random));
    const newline = Buffer.from('\n');
    // The untouched lines come first: headers among them are needed, and sessions of theirs end before the rest.
    const file = written(fixture, Buffer.concat([content, ...mutants.flatMap((line) => [line, newline])]));
    const answer = await ingest(file, format);
    expect(answer.lines).toBe(lines.length + MUTATIONS);
    expect(answer.bad_lines).toBeGreaterThan(MUTATIONS / 20);
    expect(answer.sessions).toBeGreaterThan(1);
    for (const { line, message } of answer.errors) {
      expect(line).toBeGreaterThan(0);
      expect(message.length).toBeGreaterThan(5);
      expect(message.length).toBeLessThan(1_000);
    }
    const { sessions } = await node.get<{ sessions: readonly unknown[] }>(`/v1/sessions?peer_ip=${attacker}`);
    expect(sessions.length).toBeGreaterThan(0);
    expect(await node.get('/health/ready')).toMatchObject({ ready: true });
  },
);

test('a line of 256 MiB is passed over within bounded memory, the lines around it are kept', async () => {
  const file = written('one-line.log', `${goodLine(1)}\n`);
  const part = Buffer.alloc(16 * MIB, 'a');
  for (let i = 0; i < 16; i++) writeFileSync(file, part, { flag: 'a' });
  writeFileSync(file, `\n${goodLine(2)}\n`, { flag: 'a' });
  const answer = await ingest(file, 'access-log');
  expect(answer).toMatchObject({ lines: 3, bad_lines: 1, sessions: 2, complete: true });
  expect(answer.errors).toEqual([{ line: 2, message: expect.stringMatching(/268435456 bytes; at most/) }]);
  await goodOnesStored(2);
  rmSync(file);
});

test('a compressed file that grows a thousandfold is taken in within bounded memory', async () => {
  const blown = gzipSync(
    Buffer.concat([Buffer.from(`${goodLine(3)}\n`), Buffer.alloc(256 * MIB, `${'a'.repeat(1_023)}\n`)]),
  );
  expect(blown.length).toBeLessThan(MIB);
  const answer = await ingest(written('bomb.log.gz', blown), 'access-log');
  expect(answer).toMatchObject({ sessions: 1, bad_lines: 256 * 1024, complete: true });
  expect(answer.errors.length).toBeLessThan(100);
  await goodOnesStored(3);
});

test('a compressed file that is cut off is said to be, and what came before is kept', async () => {
  const whole = Array.from({ length: 3_000 }, (_, i) => goodLine(i % 60)).join('\n');
  const file = written('cut.log.gz', gzipSync(`${goodLine(4)}\n${whole}`).subarray(0, -200));
  const { code, stdout, stderr } = await node.run(['ingest', file, '--json']);
  expect(code).not.toBe(0);
  expect(jsonDocument(stdout)).toMatchObject({ error: { message: expect.stringContaining('cut.log.gz') } });
  expect(stderr).toMatch(/^error: .*cut\.log\.gz.*(unexpected end|cut off)/m);
  expect(stderr).not.toMatch(/^ +at /m);
});

test.each([
  ['a folder', () => folder],
  ['zeros', () => written('zeros.log', Buffer.alloc(3 * MIB))],
  ['a program', () => process.execPath],
])('%s is no log: exit code 2 and one line that says so', async (_, make) => {
  const { code, stdout, stderr } = await node.run(['ingest', make(), '--json'], { env: SMALL_HEAP });
  expect({ code, stderr }).toMatchObject({ code: 2 });
  expect(jsonDocument(stdout)).toMatchObject({ error: { message: expect.stringMatching(/\w/) } });
  expect(stderr).not.toMatch(/^ +at /m);
});

test('an empty file is a log of nothing', async () => {
  const { code, stdout } = await node.run(['ingest', written('empty.log', ''), '--json']);
  expect(code).toBe(0);
  expect(jsonDocument(stdout)).toMatchObject({ files: [{ lines: 0, sessions: 0, complete: true }] });
});
