import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { seededRandom } from '@aegis/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { analysed } from '../harness/analysed.ts';
import { type PushAnswer, pushLines } from '../harness/push-sessions.ts';

const SEED = Number(process.env.AEGIS_SEED ?? Date.now() % 1_000_000);
/** What the node may grow by while it is fed garbage, MiB. */
const GROWTH_LIMIT_MIB = 300;

let node: RunningAegis;
let before: number;

beforeAll(async () => {
  node = await startAegis();
  before = residentMib();
});
afterAll(async () => {
  expect(await node.stop()).toBe(0);
});

/** Of the node's process. */
function residentMib(): number {
  const [, kib = '0'] =
    /VmRSS:\s+(\d+)/.exec(readFileSync(join('/proc', String(node.pid), 'status'), 'utf8')) ?? [];
  return Number(kib) / 1024;
}

function good(id: string): string {
  return JSON.stringify({
    sess_uuid: id,
    peer_ip: '192.0.2.55',
    user_agent: 'Mozilla/5.0',
    start_time: Date.now() - 1_000,
    requests: [{ method: 'GET', path: `/${id}` }],
  });
}

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
}

async function post(body: string, contentType: string): Promise<Answer> {
  const response = await fetch(`${node.api}/v1/sessions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${node.key}`, 'content-type': contentType },
    body,
  });
  const type = response.headers.get('content-type');
  return { status: response.status, type, body: await response.json() };
}

const pushAll = (lines: readonly (string | Uint8Array)[]): Promise<PushAnswer> =>
  pushLines(node, Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')])));

test.each<[string, string | Uint8Array]>([
  ['truncated', good('t').slice(0, -7)],
  ['deep', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ['not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ['a number', '42'],
  ['a list in a line', '[]'],
  ['no address', good('n').replace('peer_ip', 'peer')],
  ['an address that is none', good('a').replace('192.0.2.55', '192.0.2.555')],
  ['a time that is none', good('z').replace(/"start_time":\d+/, '"start_time":"soon"')],
])('a line that is %s is told with its number, and the good lines around it are kept', async (name, line) => {
  const id = name.replaceAll(/\W/g, '-');
  const { status, accepted, rejected } = await pushAll([good(`before-${id}`), line, good(`after-${id}`)]);
  expect(status).toBe(202);
  // Some faults are found at the door, some by the normalizer: those become dead letters, with the reason.
  if (accepted === 2) expect(rejected).toMatchObject([{ line: 2, message: expect.stringMatching(/.{10}/) }]);
  else expect({ accepted, rejected }).toEqual({ accepted: 3, rejected: [] });
  await analysed(node);
  for (const each of [`before-${id}`, `after-${id}`]) {
    expect(await node.get(`/v1/sessions/${each}`)).toMatchObject({ sess_uuid: each });
  }
});

test('wrong types, prototype names and hostile values in every field harm nothing', async () => {
  const values: readonly unknown[] = [
    null,
    true,
    -1,
    1e308,
    '',
    '\u0000\u001b[2J',
    '\ud800',
    'x'.repeat(300_000),
    [],
    [[[[[]]]]],
    {},
    { __proto__: null, toString: 1 },
    '__proto__',
    'constructor',
    "'; DROP TABLE sessions; --",
    '../../../../etc/passwd',
    Array.from({ length: 10_000 }, (_, n) => n),
  ];
  const session = JSON.parse(good('hostile')) as Record<string, unknown>;
  const fields = [
    ...Object.keys(session),
    '__proto__',
    'attack_types',
    'paths',
    'logins',
    'end_time',
    'peer_port',
    'cookies',
    'location',
    'possible_owners',
  ];
  for (const value of values) {
    const lines = fields.map((field, n) =>
      JSON.stringify({ ...session, sess_uuid: `hostile-${n}`, [field]: value }),
    );
    const { status } = await pushAll(lines);
    expect(status, JSON.stringify(value)?.slice(0, 60)).toBe(202);
  }
  await analysed(node);
  expect(await node.get('/health/ready')).toMatchObject({ ready: true });
});

test(`thousands of mutated sessions: every line is accepted or told, none brings it down (AEGIS_SEED=${SEED})`, async () => {
  const random = seededRandom(SEED);
  const template = Buffer.from(good('mutant'));
  const mutant = (): Uint8Array => {
    const bytes = Buffer.from(template);
    const changes = 1 + Math.floor(random.next() * 6);
    for (let n = 0; n < changes; n++)
      bytes[Math.floor(random.next() * bytes.length)] = Math.floor(random.next() * 256);
    const cut = random.next() < 0.2 ? Math.floor(random.next() * bytes.length) : bytes.length;
    // A line break within a mutant would make two lines of it.
    return bytes.subarray(0, cut).map((byte) => (byte === 10 || byte === 13 ? 32 : byte));
  };
  for (let round = 0; round < 10; round++) {
    const lines = Array.from({ length: 500 }, mutant).filter(
      (line) => Buffer.from(line).toString().trim() !== '',
    );
    const {
      status,
      accepted,
      rejected_count: rejected,
    } = await pushAll([...lines, good(`survivor-${round}`)]);
    expect(status).toBe(202);
    expect(accepted + rejected).toBe(lines.length + 1);
  }
  await analysed(node);
  for (let round = 0; round < 10; round++) {
    expect(await node.get(`/v1/sessions/survivor-${round}`)).toMatchObject({
      sess_uuid: `survivor-${round}`,
    });
  }
});

test.each<[string, string, string, number]>([
  ['broken JSON', 'application/json', '{"sess_uuid": "x", ', 400],
  ['another type', 'text/html', '<p>', 415],
])('%s is a problem document', async (_, type, body, status) => {
  const answer = await post(body, type);
  expect(answer).toMatchObject({ status, type: expect.stringContaining('application/problem+json') });
});

test('a document announced as huge is refused before it is sent', async () => {
  const { hostname, port } = new URL(node.api);
  const socket = connect(Number(port), hostname);
  const head = [
    'POST /v1/sessions HTTP/1.1',
    'host: x',
    `authorization: Bearer ${node.key}`,
    'content-type: application/json',
    'content-length: 40000000',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n"`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 [\s\S]*application\/problem\+json/);
});

test('garbage and silence on both ports leave it answering', async () => {
  const random = seededRandom(SEED);
  const noise = Array.from({ length: 200 }, (_, n) => {
    const { hostname, port } = new URL(n % 2 === 0 ? node.api : node.decoy);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    // Every tenth one stays silent.
    if (n % 10 !== 0) socket.write(Uint8Array.from({ length: 2_000 }, () => Math.floor(random.next() * 256)));
    return socket;
  });
  for (let n = 0; n < 20; n++) expect(await node.get('/health/ready')).toMatchObject({ ready: true });
  for (const socket of noise) socket.destroy();
});

test('a file of garbage is told line by line, and its good lines are taken in', async () => {
  const input = [
    good('file-1'),
    '{"sess_uuid":',
    good('file-2'),
    'not JSON at all',
    '{"a":'.repeat(5_000),
    good('file-3'),
  ].join('\n');
  const { code, stdout, stderr } = await node.run(['ingest', '-', '--format', 'tanner', '--wait', '--json'], {
    input,
  });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const { files } = JSON.parse(stdout) as {
    files: { bad_lines: number; sessions: number; errors: { line: number; message: string }[] }[];
  };
  expect(files).toMatchObject([
    { bad_lines: 3, sessions: 3, errors: [{ line: 2 }, { line: 4 }, { line: 5 }] },
  ]);
});

test('after all this it has grown by little and logged no fault of its own', () => {
  expect(residentMib() - before).toBeLessThan(GROWTH_LIMIT_MIB);
  expect(node.log()).not.toMatch(/TypeError|RangeError|UnhandledPromise|FATAL/);
});
