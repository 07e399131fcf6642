import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from './cli-fixture.ts';

let folder: string;
const run = (...words: readonly string[]) =>
  runCommand(['scenario', ...words], { cwd: folder, columns: 160 });

const GUESSER = '198.51.100.7';
const line = (second: number, client: string): string =>
  `2026-02-12T14:10:${String(second).padStart(2, '0')}Z host sshd[1]: Failed password for root from ${client} port 5 ssh2`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-scenario-'));
  const guesses = Array.from({ length: 8 }, (_, n) => line(n, GUESSER));
  const log = [...guesses.slice(0, 4), line(4, '192.0.2.9'), ...guesses.slice(4), ''].join('\n');
  writeFileSync(join(folder, 'auth.log'), log);
  writeFileSync(join(folder, 'auth.log.gz'), gzipSync(log));
  writeFileSync(join(folder, 'quiet.log'), `${line(0, GUESSER)}\n`);
  writeFileSync(join(folder, 'noise.txt'), 'lorem ipsum\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the rules that come with Aegis, as a table and one by one', async () => {
  const { code, output } = await run('list');
  expect(code).toBe(0);
  expect(output).toMatch(/^name +looks at +fires on +then +sure\n/);
  expect(output).toMatch(/^port-scan +notice +more than 15, one leaks out in 5s +ban 4h +85$/m);
  expect(Number(/^(\d+) rules$/m.exec(output)?.[1])).toBeGreaterThan(100);
  expect((await run('show', 'port-scan')).output).toMatch(/^name: port-scan\n[\s\S]*leak: 5s/);
  expect(await run('show', 'nothing')).toMatchObject({
    code: 5,
    errors: expect.stringContaining('aegis scenario list'),
  });
});

test('who was caught, when, where and why; the exit code says so', async () => {
  const { code, output, errors } = await run('test', 'builtin', 'auth.log');
  expect([code, errors.includes('error')]).toEqual([3, false]);
  expect(output).toMatch(
    /^2026-02-12 14:10:05 +7 +198\.51\.100\.7 +sign-in-brute-force +ban 4h +many failed/m,
  );
  expect(output).toMatch(/^sign-in-brute-force +9 +1$/m);
  expect(output).toMatch(/^9 lines of host-log, 9 events, 9 lines matched, 2026-02-12 14:10:00 to /m);
  const quiet = await run('test', 'builtin', 'quiet.log');
  expect(quiet).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^nobody was caught\n1 lines of host-log/),
  });
});

test('as JSON, also of a compressed log', async () => {
  const { code, json } = await run('test', 'builtin', 'auth.log.gz', '--json');
  expect(code).toBe(3);
  expect(json()).toMatchObject({ format: 'host-log', lines: 9, bad_lines: 0, events: 9, complete: true });
  const { alerts } = json() as {
    alerts: readonly { rule: string; line: number; clients: readonly string[] }[];
  };
  expect(alerts.map(({ rule, line: at, clients }) => [rule, at, clients])).toContainEqual([
    'sign-in-brute-force',
    7,
    [GUESSER],
  ]);
  expect(alerts.flatMap(({ clients }) => clients)).not.toContain('192.0.2.9');
});

test('what one address did, line by line', async () => {
  const { output } = await run('test', 'builtin', 'auth.log', '--explain', GUESSER);
  expect(output).toMatch(/^ +4 +2026-02-12 14:10:03 +sign-in-brute-force +3\.7 of 5 +counted$/m);
  expect(output).toMatch(/^ +7 +2026-02-12 14:10:05 +sign-in-brute-force +5\.5 of 5 +overflowed$/m);
  expect(output).toMatch(/^caught line 7, sign-in-brute-force: many failed sign-ins/m);
  expect(output).not.toMatch(/^ +5 /m);
  const nobody = await run('test', 'builtin', 'auth.log', '--explain', '203.0.113.1');
  expect(nobody.output).toContain('no rule is about anything that 203.0.113.1 did');
  expect(await run('test', 'builtin', 'auth.log', '--explain', 'me')).toMatchObject({ code: 2 });
});

test('rules are told with file, line and column where they cannot be read', async () => {
  writeFileSync(join(folder, 'bad.yaml'), 'name: Bad Name\nabout: x\ntype: sequence\n');
  const { code, errors } = await run('check', 'bad.yaml');
  expect(code).toBe(2);
  expect(errors).toMatch(/bad\.yaml:1:7: name: a rule name is lower-case words/);
  expect(errors).toMatch(/bad\.yaml:\d+:\d+: /);
  expect(await run('check', 'none.yaml')).toMatchObject({
    code: 2,
    errors: expect.stringContaining('cannot be read'),
  });
});

test('examples that come out wrong are told, each by its name', async () => {
  writeFileSync(
    join(folder, 'mine.yaml'),
    `name: mine
about: x
on: http
type: trigger
where: { path: { equals: /a } }
attack_type: scanner
confidence: 50
must_catch: [{ about: another path, events: [{ observation: { target: /b } }] }]
must_not: [{ about: the very path, events: [{ observation: { target: /a } }] }]
`,
  );
  const { code, output } = await run('check', 'mine.yaml');
  expect(code).toBe(3);
  expect(output).toBe(
    'failed mine: another path: must be caught, and is not\n' +
      'failed mine: the very path: must not be caught, and is\n' +
      '2 of 2 examples failed\n',
  );
});

test('logs that cannot be read, and of no known format', async () => {
  expect(await run('test', 'builtin', 'none.log')).toMatchObject({
    code: 2,
    errors: expect.stringContaining('none.log'),
  });
  expect(await run('test', 'builtin', 'noise.txt')).toMatchObject({
    code: 2,
    errors: expect.stringContaining('no reader fits'),
  });
});

test('the JSON Schema knows every key', async () => {
  const { output } = await run('schema');
  expect(Object.keys((JSON.parse(output) as { properties: object }).properties)).toEqual(
    expect.arrayContaining([
      'name',
      'on',
      'type',
      'where',
      'any',
      'unless',
      'by',
      'distinct',
      'apart',
      'steps',
      'must_not',
    ]),
  );
});
