import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { AttackType, SessionRecord } from '@aegis/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { jsonDocument } from '../harness/json-document.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');

interface Expected {
  readonly file: string;
  readonly format: string;
  readonly lines: number;
  /** Each file has one line that is none. */
  readonly bad: { readonly line: number; readonly message: RegExp };
  readonly sessions: number;
  readonly attacker: string;
  readonly types: readonly AttackType[];
  readonly ordinary: string;
}

const FILES: readonly Expected[] = [
  {
    file: 'tanner-requests.jsonl',
    format: 'tanner',
    lines: 3,
    bad: { line: 2, message: /column 67/ },
    sessions: 2,
    attacker: '192.0.2.11',
    types: ['sql_injection'],
    ordinary: '192.0.2.12',
  },
  {
    file: 'tanner-paths.jsonl',
    format: 'tanner',
    lines: 3,
    bad: { line: 3, message: /object/ },
    sessions: 2,
    attacker: '192.0.2.21',
    types: ['local_file_inclusion'],
    ordinary: '192.0.2.22',
  },
  {
    file: 'snare.jsonl',
    format: 'snare',
    lines: 5,
    bad: { line: 3, message: /peer\.ip.*not-an-address/ },
    sessions: 2,
    attacker: '192.0.2.31',
    types: ['cross_site_scripting', 'sql_injection'],
    ordinary: '192.0.2.32',
  },
  {
    file: 'cowrie.json',
    format: 'cowrie',
    lines: 14,
    bad: { line: 11, message: /timestamp.*soon/ },
    sessions: 2,
    attacker: '192.0.2.41',
    types: ['command_execution', 'malware_download'],
    ordinary: '192.0.2.42',
  },
  {
    file: 'access.log',
    format: 'access-log',
    lines: 6,
    bad: { line: 5, message: /request/ },
    sessions: 4,
    attacker: '192.0.2.51',
    types: ['command_execution'],
    ordinary: '192.0.2.52',
  },
  {
    file: 'caddy.json',
    format: 'json-access-log',
    lines: 5,
    bad: { line: 4, message: /column 67/ },
    sessions: 2,
    attacker: '192.0.2.61',
    types: ['remote_file_inclusion', 'local_file_inclusion'],
    ordinary: '192.0.2.62',
  },
  {
    file: 'zeek-http.log',
    format: 'zeek-http',
    lines: 14,
    bad: { line: 12, message: /#fields/ },
    sessions: 2,
    attacker: '192.0.2.71',
    types: ['template_injection'],
    ordinary: '192.0.2.72',
  },
  {
    file: 'iis.log',
    format: 'w3c-log',
    lines: 13,
    bad: { line: 7, message: /#Fields/ },
    sessions: 3,
    attacker: '192.0.2.91',
    types: ['sql_injection'],
    ordinary: '192.0.2.92',
  },
];

interface Answer {
  readonly files: readonly {
    readonly format: string;
    readonly lines: number;
    readonly bad_lines: number;
    readonly sessions: number;
    readonly refused: number;
    readonly complete: boolean;
    readonly errors: readonly { readonly line: number; readonly message: string }[];
  }[];
}

let node: RunningAegis;
let folder: string;
beforeAll(async () => {
  node = await startAegis();
  folder = mkdtempSync(join(tmpdir(), 'aegis-formats-'));
});
afterAll(async () => {
  await node.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function sessionsFrom(peer: string): Promise<readonly SessionRecord[]> {
  const page = await node.get<{ sessions: readonly SessionRecord[] }>(`/v1/sessions?peer_ip=${peer}`);
  return page.sessions;
}

async function stored(): Promise<number> {
  return (await node.get<{ sessions: number }>('/v1/stats')).sessions;
}

const summaryOf = ({ format, lines, sessions }: Expected) =>
  expect.objectContaining({ format, lines, bad_lines: 1, sessions, refused: 0, complete: true });

test('every format is recognised and taken in, all but the bad lines, which are named', async () => {
  const files = FILES.map(({ file }) => join(FIXTURES, file));
  const { code, stdout } = await node.run(['ingest', ...files, '--wait', '--json']);
  expect(code).toBe(0);
  const answer = jsonDocument<Answer>(stdout).files;
  expect(answer).toEqual(FILES.map(summaryOf));
  expect(answer.map(({ errors }) => errors)).toEqual(
    FILES.map(({ bad: { line, message } }) => [{ line, message: expect.stringMatching(message) }]),
  );
  expect(await stored()).toBe(FILES.reduce((sum, { sessions }) => sum + sessions, 0));
});

test.each(FILES)('$file: its attack is recognised and its ordinary visitor left alone', async (expected) => {
  const attacks = await sessionsFrom(expected.attacker);
  const found = new Set(attacks.flatMap(({ attack_types }) => attack_types));
  for (const type of expected.types) expect([...found]).toContain(type);
  for (const { threat_level } of attacks) expect(threat_level).toMatch(/^(MEDIUM|HIGH|CRITICAL)$/);
  const [visit, ...more] = await sessionsFrom(expected.ordinary);
  expect(more).toEqual([]);
  expect(visit).toMatchObject({ threat_level: 'INFO', payloads: [] });
});

test('for people: a summary and the bad lines on standard error; nothing is stored twice', async () => {
  const before = await stored();
  // From the folder itself: a file is the same one however it is named.
  const files = FILES.map(({ file }) => file);
  const { code, stdout, stderr } = await node.run(['ingest', ...files, '--again', '--wait'], {
    cwd: FIXTURES,
  });
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  for (const { file, format, lines, sessions, bad } of FILES) {
    expect(stderr).toContain(`${file}: ${lines} lines of ${format}, ${sessions} sessions accepted`);
    expect(stderr).toContain(`${file}:${bad.line}: `);
  }
  expect(await stored()).toBe(before);
});

test('the same through gzip', async () => {
  const zipped = FILES.map(({ file }) => {
    const path = join(folder, `${file}.gz`);
    writeFileSync(path, gzipSync(readFileSync(join(FIXTURES, file))));
    return path;
  });
  const { code, stdout } = await node.run(['ingest', ...zipped, '--wait', '--json']);
  expect(code).toBe(0);
  expect(jsonDocument<Answer>(stdout).files).toEqual(FILES.map(summaryOf));
});

test.each(['zeek-http.log', 'cowrie.json'])('the same through standard input: %s', async (file) => {
  const expected = FILES.filter((each) => each.file === file);
  const input = readFileSync(join(FIXTURES, file));
  const { code, stdout } = await node.run(['ingest', '-', '--wait', '--json'], { input });
  expect(code).toBe(0);
  expect(jsonDocument<Answer>(stdout).files).toEqual(expected.map(summaryOf));
});

test('old logs are judged and remembered, and ban nobody today', async () => {
  expect(await node.get('/v1/decisions?in_force=false')).toEqual({ decisions: [] });
  const { attackers } = await node.get<{ attackers: readonly { address: string }[] }>('/v1/memory/attackers');
  expect(attackers.map(({ address }) => address)).toEqual(
    expect.arrayContaining(FILES.map(({ attacker }) => attacker)),
  );
});

test('a file that has grown is read from where it ended', async () => {
  const log = join(folder, 'growing.log');
  const line = (n: number): string =>
    `192.0.2.81 - - [20/Oct/2026:1${n}:00:00 +0000] "GET /page/${n} HTTP/1.1" 200 1 "-" "curl/8.5.0"\n`;
  writeFileSync(log, line(0) + line(1));
  await node.run(['ingest', log, '--wait']);
  writeFileSync(log, line(2) + line(3), { flag: 'a' });
  const { stdout } = await node.run(['ingest', log, '--wait', '--json']);
  expect(jsonDocument(stdout)).toMatchObject({ files: [{ from_line: 3, lines: 2, complete: true }] });
  const paths = (await sessionsFrom('192.0.2.81')).flatMap(({ requests }) =>
    requests.map(({ path }) => path),
  );
  expect(paths.sort()).toEqual(['/page/0', '/page/1', '/page/2', '/page/3']);
});

test('what is no log at all is refused with what was tried: exit code 2', async () => {
  const poem = join(folder, 'poem.txt');
  writeFileSync(poem, 'The fog comes\non little cat feet.\n');
  const { code, stdout, stderr } = await node.run(['ingest', poem, '--json']);
  expect(code).toBe(2);
  expect(jsonDocument(stdout)).toMatchObject({ error: { code: 'unknown_format' } });
  expect(stderr).toMatch(/error: .*poem\.txt: no reader fits/);
  const missing = await node.run(['ingest', join(folder, 'nowhere.log'), '--json']);
  expect(missing.code).toBe(2);
  expect(jsonDocument(missing.stdout)).toMatchObject({ error: { code: 'unreadable' } });
});

test('sessions show tells what, why and with which evidence', async () => {
  const { code, stdout } = await node.run(['sessions', 'show', 'fixture-tanner-sqli']);
  expect(code).toBe(0);
  for (const part of ['192.0.2.11', 'sqlmap', 'Why this score', 'Evidence', 'Advice', 'T1190'])
    expect(stdout).toContain(part);
  const json = await node.run(['sessions', 'show', 'fixture-tanner-sqli', '--json']);
  expect(jsonDocument(json.stdout)).toMatchObject({
    sess_uuid: 'fixture-tanner-sqli',
    peer_ip: '192.0.2.11',
    payloads: expect.arrayContaining([
      expect.objectContaining({ attack_type: 'sql_injection', place: 'query' }),
    ]),
  });
  const none = await node.run(['sessions', 'show', 'nobody', '--json']);
  expect(none.code).toBe(5);
  expect(jsonDocument(none.stdout)).toMatchObject({ error: { message: expect.stringMatching(/\w/) } });
});

test('sessions list filters, and pages through all', async () => {
  const list = async (...words: readonly string[]) => {
    const { stdout } = await node.run(['sessions', 'list', '--json', ...words]);
    return jsonDocument<{ sessions: readonly SessionRecord[]; next?: string }>(stdout);
  };
  const ids = ({ sessions }: { readonly sessions: readonly SessionRecord[] }): readonly string[] =>
    sessions.map(({ sess_uuid }) => sess_uuid);
  expect(ids(await list('--text', 'fixture-paths-lfi'))).toEqual(['fixture-paths-lfi']);
  const injections = await list('--type', 'sql_injection', '--level', 'HIGH', '--min-score', '60');
  expect(ids(injections)).toContain('fixture-tanner-sqli');
  for (const { threat_level, attack_types } of injections.sessions) {
    expect(threat_level).toBe('HIGH');
    expect(attack_types).toContain('sql_injection');
  }
  const noon = await list(
    '--peer',
    '192.0.2.0/28',
    '--from',
    '2026-10-20T12:00:00Z',
    '--to',
    '2026-10-20T13:00:00Z',
  );
  expect(ids(noon)).toEqual(['fixture-tanner-plain']);

  const all = ids(await list('--limit', '500'));
  const paged: string[] = [];
  let cursor: readonly string[] = [];
  do {
    const page = await list('--limit', '15', ...cursor);
    paged.push(...ids(page));
    cursor = page.next === undefined ? [] : ['--cursor', page.next];
  } while (cursor.length > 0);
  expect(paged).toEqual(all);
  expect(all).toHaveLength(await stored());
});
