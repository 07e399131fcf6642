import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ManualClock, Result } from '@aegis/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readFile } from '../config/read-file.ts';
import { MACHINE_CHECKS, NODE_CHECKS } from './all-checks.ts';
import { type Examination, examine, type NamedFinding } from './examine.ts';
import { fileSystemSpace } from './file-system-space.ts';

const NOW = Date.UTC(2026, 9, 27);
const GIB = 1024 ** 3;
const LOCAL_DISK = { freeBytes: 100 * GIB, freeFiles: 1_000_000, type: 0xef53 };

let root = '';
const servers: Server[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'aegis-doctor-'));
  mkdirSync(join(root, 'aegis-data'), { mode: 0o750 });
});

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
  rmSync(root, { recursive: true });
});

/** Everything in order: the ports free, the disk large, an ordinary user. */
async function look(yaml = '', changes: Partial<Examination> = {}): Promise<readonly NamedFinding[]> {
  const free = 'http: {port: 0}\ndecoy: {port: 0}\n';
  writeFileSync(join(root, 'aegis.yaml'), yaml === '' ? free : yaml, { mode: 0o644 });
  return examine({
    nodeVersion: process.versions.node,
    uid: 1000,
    env: {},
    cwd: root,
    hostname: 'h',
    clock: new ManualClock(NOW),
    readFile,
    spaceAt: () => LOCAL_DISK,
    ...changes,
  });
}

/** The findings of one check, which must be there. */
async function told(
  check: string,
  yaml?: string,
  changes?: Partial<Examination>,
): Promise<readonly string[]> {
  const findings = (await look(yaml, changes)).filter((finding) => finding.check === check);
  expect(findings).not.toEqual([]);
  return findings.map(({ level, what }) => `${level}: ${what}`);
}

function database(name: string): string {
  const path = join(root, 'aegis-data', name);
  mkdirSync(join(path, '..'), { recursive: true });
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a TEXT); BEGIN');
  const insert = db.prepare('INSERT INTO t VALUES (?)');
  for (let i = 0; i < 200; i++) insert.run('x'.repeat(500));
  db.exec('COMMIT');
  db.close();
  utimesSync(path, NOW / 1000, NOW / 1000);
  return path;
}

function listening(server: Server): Promise<number> {
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

test('where all is well every check says so', async () => {
  database('ledger.db');
  database('archive/archive.db');
  const findings = await look();
  expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
  expect(new Set(findings.map(({ check }) => check)).size).toBe(
    MACHINE_CHECKS.length + NODE_CHECKS.length + 1,
  );
});

test('a new machine without config and data is in order', async () => {
  const empty = mkdtempSync(join(root, 'empty-'));
  const findings = await look('', { cwd: empty, env: { AEGIS_HTTP_PORT: '0', AEGIS_DECOY_PORT: '0' } });
  expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
});

test('node-version: an old Node', async () => {
  expect(await told('node-version', '', { nodeVersion: '20.19.2' })).toEqual([
    'fail: Node 20.19.2 is too old: Aegis needs 24 or newer',
  ]);
});

test('privileges: root', async () => {
  expect(await told('privileges', '', { uid: 0 })).toEqual([
    'warn: runs as root, and the decoy talks to attackers',
  ]);
});

test('api-key: a file that others can read, and one that is not there', async () => {
  const file = join(root, 'key');
  writeFileSync(file, 'aegis_k_0123456789\n', { mode: 0o644 });
  const env = { AEGIS_API_KEY_FILE: file };
  expect(await told('api-key', '', { env })).toEqual([`warn: others can read the API key in ${file}`]);
  chmodSync(file, 0o600);
  expect(await told('api-key', '', { env })).toEqual([`ok: in ${file}, readable by its owner alone`]);
  rmSync(file);
  expect(await told('api-key', '', { env })).toEqual([
    `fail: AEGIS_API_KEY_FILE: ${file} there is no such file`,
  ]);
});

test('config: every error, and then nothing that needs it', async () => {
  const findings = await look('http: {prot: 1}\nlog: {level: 5}\n');
  expect(findings.slice(MACHINE_CHECKS.length).map(({ check, what }) => `${check} ${what}`)).toEqual([
    'config aegis.yaml:1:8: http.prot: is no key here; did you mean port?',
    'config aegis.yaml:2:14: log.level: expected one of debug, info, warn, error, silent; found 5',
  ]);
});

test('config: a warning', async () => {
  expect(await told('config', '', { env: { AEGIS_HTPP_PORT: '1' } })).toEqual([
    'warn: AEGIS_HTPP_PORT is set but names no setting; did you mean AEGIS_HTTP_PORT?',
  ]);
});

test('config-file: others can change it', async () => {
  const path = join(root, 'own.yaml');
  writeFileSync(path, 'http: {port: 0}\ndecoy: {port: 0}\n');
  chmodSync(path, 0o646);
  expect(await told('config-file', '', { file: 'own.yaml' })).toEqual([
    `fail: anyone on this machine can change ${path}`,
  ]);
  chmodSync(path, 0o664);
  expect(await told('config-file', '', { file: 'own.yaml' })).toEqual([
    `warn: its whole group can change ${path}`,
  ]);
});

test('data-dir: a file, a place where nothing can be written, and rights too wide', async () => {
  writeFileSync(join(root, 'file'), '');
  expect(await told('data-dir', 'data_dir: ./file/data')).toEqual([
    `fail: ${join(root, 'file')} is not a directory`,
  ]);
  expect(await told('data-dir', 'data_dir: /proc/aegis')).toEqual([
    expect.stringMatching(/^fail: nothing can be written in \/proc: E[A-Z]+$/),
  ]);
  const data = join(root, 'aegis-data');
  chmodSync(data, 0o757);
  expect(await told('data-dir')).toEqual([`fail: anyone on this machine can change ${data}`]);
  chmodSync(data, 0o755);
  expect(await told('data-dir')).toEqual([
    expect.stringContaining(`warn: anyone on this machine can read ${data}`),
  ]);
});

test.each([
  [
    'bytes',
    { ...LOCAL_DISK, freeBytes: 100 * 1024 ** 2 },
    /^fail: only 100 MiB free, 1,000,000 more files for /,
  ],
  ['bytes soon', { ...LOCAL_DISK, freeBytes: GIB }, /^warn: only 1\.0 GiB free/],
  ['files', { ...LOCAL_DISK, freeFiles: 5 }, /^fail: only 100 GiB free, 5 more files/],
  ['nothing that is counted', { ...LOCAL_DISK, freeFiles: undefined }, /^ok: 100 GiB free for /],
])('disk-space: %s running out', async (_, space, expected) => {
  expect(await told('disk-space', '', { spaceAt: () => space })).toEqual([expect.stringMatching(expected)]);
});

test('file-system: a network share', async () => {
  const spaceAt = () => ({ ...LOCAL_DISK, type: 0x6969 });
  expect(await told('file-system', '', { spaceAt })).toEqual([expect.stringMatching(/^fail: .* is on NFS/)]);
});

test('file-system: the real one of a directory in memory', async () => {
  const [finding] = await told('file-system', 'data_dir: /dev/shm/aegis-doctor-none', {
    spaceAt: fileSystemSpace,
  });
  expect(finding).toMatch(/^warn: .* is in memory: everything is lost when the machine stops$/);
});

test('databases: a damaged page, and a file that is none', async () => {
  const path = database('ledger.db');
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(4096, 0x5a), 0, 4096, 8 * 4096);
  closeSync(file);
  writeFileSync(
    join(root, 'aegis-data', 'sessions_stream.db'),
    'not a database, but long enough to be read as one'.repeat(50),
  );
  expect(await told('databases')).toEqual([
    expect.stringMatching(/^fail: .*sessions_stream\.db is damaged: file is not a database$/),
    expect.stringMatching(/^fail: .*ledger\.db is damaged: /),
  ]);
});

test('write-ahead-log: one that has grown', async () => {
  const log = `${database('memory.db')}-wal`;
  writeFileSync(log, '');
  truncateSync(log, 300 * 1024 ** 2);
  expect(await told('write-ahead-log')).toEqual([
    `warn: ${log} has grown to 300 MiB: something keeps an old read open`,
  ]);
});

test('cli-key: others can read it', async () => {
  const key = join(root, 'aegis-data', 'secrets', 'cli.key');
  mkdirSync(join(key, '..'));
  writeFileSync(key, 'k', { mode: 0o640 });
  expect(await told('cli-key')).toEqual([`fail: others on this machine can read ${key}, an admin key`]);
});

test('clock: before this program, and behind the data', async () => {
  expect(await told('clock', '', { clock: new ManualClock(0) })).toEqual([
    'fail: the clock says 1970-01-01 00:00:00Z',
  ]);
  database('ledger.db');
  expect(await told('clock', '', { clock: new ManualClock(NOW - 3 * 3_600_000) })).toEqual([
    'warn: the clock is 3 h behind what was last written here',
  ]);
});

test('file-descriptors: fewer than the connections need', async () => {
  const limits = execFileSync('/bin/sh', ['-c', 'ulimit -n 256; cat /proc/self/limits']);
  const [finding] = await told('file-descriptors', '', {
    readFile: (path, limit) => (path === '/proc/self/limits' ? Result.ok(limits) : readFile(path, limit)),
  });
  expect(finding).toBe('warn: 256 may be open, up to 4,736 are needed');
});

test('http-port: another program has it, or a running Aegis', async () => {
  const stranger = await listening(
    createServer((socket) => socket.resume().end('HTTP/1.1 200 OK\r\n\r\nhello')),
  );
  expect(await told('http-port', `http: {port: ${stranger}}`)).toEqual([
    `fail: another program has 127.0.0.1 port ${stranger}`,
  ]);
  const own = await listening(
    createHttpServer((_, response) => {
      response
        .setHeader('content-type', 'application/json; charset=utf-8')
        .end('{"name":"Aegis","paths":{}}');
    }),
  );
  expect(await told('http-port', `http: {port: ${own}}`)).toEqual([
    `ok: a running Aegis answers on 127.0.0.1 port ${own}`,
  ]);
});

test('http-port: an address of another machine', async () => {
  expect(await told('http-port', 'http: {host: 192.0.2.1, port: 0}')).toEqual([
    'fail: 192.0.2.1 is no address of this machine',
  ]);
});

test('decoy-port: another program has it, or the decoy of the running node, or nobody needs it', async () => {
  const port = await listening(createServer());
  const yaml = `decoy: {port: ${port}}`;
  expect(await told('decoy-port', yaml)).toEqual([`fail: another program has 127.0.0.1 port ${port}`]);
  const running = { pid: process.pid, api: 'http://127.0.0.1:1', decoy: `http://127.0.0.1:${port}` };
  writeFileSync(join(root, 'aegis-data', 'running.json'), JSON.stringify(running));
  expect(await told('decoy-port', yaml)).toEqual([`ok: the decoy of the running node has port ${port}`]);
  expect(await told('decoy-port', 'decoy: {enabled: false}')).toEqual(['ok: the decoy is off']);
});

test('exposure: an API for everyone without TLS', async () => {
  expect(await told('exposure', 'http: {host: 0.0.0.0, port: 0, open_check: true}')).toEqual([
    'warn: the API listens on 0.0.0.0 without TLS and without a proxy in front: API keys can be read on the way',
    'warn: whoever reaches 0.0.0.0 can ask who is blocked',
  ]);
  expect(await told('exposure', 'http: {host: 0.0.0.0, port: 0, trusted_proxies: [10.0.0.1]}')).toEqual([
    'ok: the API listens on 0.0.0.0, behind trusted proxies',
  ]);
});

test('trusted-proxies: everyone, much of the Internet, and private networks', async () => {
  expect(
    await told(
      'trusted-proxies',
      'http: {port: 0, trusted_proxies: ["::/0", 8.0.0.0/7, 10.0.0.0/8, 192.0.2.0/24]}',
    ),
  ).toEqual([
    'fail: ::/0 is everyone: any client can pretend to be any other',
    'warn: 8.0.0.0/7 is much of the Internet: its clients can pretend to be any other',
  ]);
  expect(await told('trusted-proxies', 'http: {port: 0, trusted_proxies: [10.0.0.0/8, fc00::/7]}')).toEqual([
    'ok: 2, none too wide',
  ]);
});

test('lock-out: a node that others reach, with nobody protected', async () => {
  expect(await told('lock-out', 'decoy: {host: 0.0.0.0, port: 0}')).toEqual([
    'warn: no management network is protected: a wrong decision can lock you out',
  ]);
  expect(
    await told('lock-out', 'decoy: {host: 0.0.0.0, port: 0}\ndecisions: {protected: [10.0.0.0/8]}'),
  ).toEqual(['ok: 1 networks of your own are protected']);
});

test('scenarios: a file that is not there', async () => {
  expect(await told('scenarios', 'scenarios: {files: [own.yaml]}')).toEqual([
    expect.stringMatching(/^fail: .*own\.yaml:1:1: cannot be read: /),
  ]);
});

test('log-level: too much and nothing', async () => {
  expect(await told('log-level', 'log: {level: debug}')).toEqual([
    expect.stringMatching(/^warn: debug writes/),
  ]);
  expect(await told('log-level', 'log: {level: silent}')).toEqual([
    'warn: nothing is logged, errors neither',
  ]);
});

test('a check that cannot look is a finding of its own', async () => {
  const spaceAt = (): never => {
    throw new Error('EIO');
  };
  expect(await told('disk-space', '', { spaceAt })).toEqual(['fail: could not be checked: EIO']);
});

test('every finding that is not ok says how to mend it', async () => {
  const findings = await look('http: {host: 0.0.0.0, port: 0}\nlog: {level: debug}', {
    uid: 0,
    nodeVersion: '18.0.0',
  });
  const troubled = findings.filter(({ level }) => level !== 'ok');
  expect(troubled.length).toBeGreaterThan(4);
  for (const finding of troubled) expect(finding).toHaveProperty('mend', expect.stringMatching(/.{10}/));
});

test('the file of the guard is checked, with the place of what is wrong', async () => {
  expect(await told('guard')).toEqual(['ok: the limits of the preset early']);
  const yaml = 'http: {port: 0}\ndecoy: {port: 0}\nguard: {file: guard.toml}\n';
  writeFileSync(join(root, 'guard.toml'), 'preset = "strict"\nshadow_ban = "approval"\n');
  expect(await told('guard', yaml)).toEqual(['ok: guard.toml: mode full, shadow bans approval']);
  writeFileSync(join(root, 'guard.toml'), 'mode = "all"\nshadowban = "on"\n');
  expect(await told('guard', yaml)).toEqual([
    expect.stringMatching(/^fail: .*guard\.toml:1:1: mode: expected one of/),
    expect.stringMatching(/^fail: .*guard\.toml:2:1: shadowban: there is no such setting/),
  ]);
});
