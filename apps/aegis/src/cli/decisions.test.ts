import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CliFixture, startCli, tooWide } from './cli-fixture.ts';

let cli: CliFixture;
beforeAll(async () => {
  cli = await startCli();
});
afterAll(() => cli.close());
beforeEach(async () => {
  const { services } = cli.node;
  const { decisions } = await services.decisions.list({ limit: 500, inForceAt: Date.now() });
  for (const { decision } of decisions)
    await services.decisions.lift(decision.id, 'next test', { name: 'test', from: 'local' });
});

interface Listed {
  readonly decisions: readonly {
    readonly decision: { readonly id: string; readonly value: string; readonly action: string };
    readonly in_force: boolean;
  }[];
}

const add = (...words: readonly string[]) => cli.run(['decisions', 'add', ...words, '--reason', 'because']);
const listed = async (...words: readonly string[]): Promise<Listed> =>
  (await cli.run(['decisions', 'list', '--json', ...words])).json() as Listed;
const values = async (): Promise<readonly string[]> =>
  (await listed()).decisions.map(({ decision }) => decision.value).toSorted();

test('decisions are added, listed for a person and for a program, and ended', async () => {
  const added = await add('203.0.113.1', '198.51.100.0/24', '--action', 'captcha', '--duration', '7d');
  expect(added).toMatchObject({ code: 0, errors: '' });
  expect(added.output).toMatch(/^captcha ip 203\.0\.113\.1 until \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/);
  expect(tooWide(added.output)).toEqual([]);

  const { output } = await cli.run(['decisions', 'list']);
  expect(output).toMatch(/^on +action +until +origin +reason$/m);
  expect(output).toMatch(/^range 198\.51\.100\.0\/24 +captcha +\S+ \S+ +operator +because$/m);
  expect(tooWide(output)).toEqual([]);
  const wide = await cli.run(['decisions', 'list'], { columns: 160 });
  const [first] = (await listed()).decisions;
  expect(wide.output).toContain(first?.decision.id);

  const ended = await cli.run(['decisions', 'delete', '203.0.113.1']);
  expect(ended).toMatchObject({ code: 0, output: 'ended 1 decision on 203.0.113.1\n' });
  expect(await values()).toEqual(['198.51.100.0/24']);
  const all = await listed('--all', '--value', '203.0.113.1');
  expect(all.decisions[0]).toMatchObject({ in_force: false, lifted: { by: 'cli' } });
});

test('each value is answered by itself, and one that is refused makes the exit code 1', async () => {
  const { code, output } = await add('203.0.113.1', '127.0.0.1', 'nonsense');
  expect(code).toBe(1);
  expect(output).toMatch(/^refused 127\.0\.0\.1: .*protected$/m);
  expect(output).toMatch(/^refused nonsense: .*not an IP address/m);
  expect(await values()).toEqual(['203.0.113.1']);
  const report = (await cli.run(['decisions', 'add', '::1', '--reason', 'x', '--json'])).json();
  expect(report).toMatchObject({ refused: 1, results: [{ refusal: { kind: 'protected' } }] });
});

test('anything can be decided about with --scope', async () => {
  await add('xx', '--scope', 'country');
  await add('AS64496', '--scope', 'as');
  expect(await values()).toEqual(['64496', 'XX']);
  expect((await cli.run(['decisions', 'delete', 'as64496', '--scope', 'as'])).code).toBe(0);
  expect(await values()).toEqual(['XX']);
});

test('one decision is ended by its id; what is not there is not found', async () => {
  await add('203.0.113.1');
  await add('203.0.113.1', '--action', 'throttle');
  const throttle = (await listed('--action', 'throttle')).decisions[0]?.decision.id ?? '';
  const ended = await cli.run(['decisions', 'delete', throttle, '--id', '--json']);
  expect([ended.code, ended.json()]).toEqual([0, { lifted: 1 }]);
  expect((await listed()).decisions.map(({ decision }) => decision.action)).toEqual(['ban']);
  for (const words of [[throttle, '--id'], ['203.0.113.99'], ['nobody', '--id']]) {
    const { code, output, errors } = await cli.run(['decisions', 'delete', ...words]);
    expect({ words, code, output }).toEqual({ words, code: 5, output: '' });
    expect(errors).toMatch(/^error: /);
  }
});

test('a list can be filtered and paged', async () => {
  await add('203.0.113.1', '203.0.113.2', '203.0.113.3');
  await add('203.0.113.4', '--action', 'throttle');
  const first = (await cli.run(['decisions', 'list', '--limit', '3', '--json'])).json() as Listed & {
    readonly next: string;
  };
  const second = await listed('--limit', '3', '--cursor', first.next);
  expect([first.decisions.length, second.decisions.length]).toEqual([3, 1]);
  expect((await listed('--action', 'throttle')).decisions).toHaveLength(1);
  expect((await listed('--origin', 'aegis')).decisions).toHaveLength(0);
  expect((await cli.run(['decisions', 'list', '--limit', '1'])).output).toMatch(/\nmore: --cursor \S+\n$/);
  expect((await cli.run(['decisions', 'list', '--origin', 'x'])).output).toBe('no decision is in force\n');
});

test.each(['json', 'csv', 'plain'])('what is exported as %s can be imported again', async (format) => {
  await add('203.0.113.1', '2001:db8::/32');
  const before = await values();
  const printed = await cli.run(['decisions', 'export', '--format', format]);
  const name = `out.${format === 'plain' ? 'txt' : format}`;
  const written = await cli.run(['decisions', 'export', '--format', format, '--out', name]);
  expect(written).toMatchObject({ code: 0, output: '', errors: '' });
  expect(readFileSync(join(cli.folder, name), 'utf8')).toBe(printed.output);
  for (const value of before) await cli.run(['decisions', 'delete', value]);
  const imported = await cli.run(['decisions', 'import', name]);
  expect(imported).toMatchObject({ code: 0, output: 'added 2, none refused\n' });
  expect(await values()).toEqual(before);
});

test('what cannot be written is told, and an older list stays as it was', async () => {
  const { code, errors } = await cli.run(['decisions', 'export', '--out', 'no/such/folder/out.json']);
  expect(code).toBe(1);
  expect(errors).toMatch(/^error: .*out\.json\.partial cannot be written: ENOENT/);
  const older = cli.file('older.json', 'older');
  await cli.run(['decisions', 'export', '--out', 'older.json', '--url', 'http://127.0.0.1:1'], {
    env: { AEGIS_API_KEY: 'aegis_0123456789abcdef_c2VjcmV0' },
  });
  expect(readFileSync(older, 'utf8')).toBe('older');
  expect(existsSync(`${older}.partial`)).toBe(false);
});

test('of a list the good entries are added and the bad ones told by line', async () => {
  cli.file('list.txt', '# ours\n203.0.113.1\nnonsense\n127.0.0.1\n198.51.100.0/24 # a comment\n');
  const { code, output } = await cli.run(['decisions', 'import', 'list.txt', '--action', 'throttle']);
  expect(code).toBe(1);
  expect(output).toMatch(/^added 2, 2 refused\n {2}line 3: .*nonsense.*\n {2}line 4: .*protected/);
  expect((await listed('--action', 'throttle')).decisions).toHaveLength(2);
  const report = (await cli.run(['decisions', 'import', 'list.txt', '--json'])).json();
  expect(report).toMatchObject({ added: 2, rejected_count: 2, rejected: [{ line: 3 }, { line: 4 }] });
});

test.each([
  [['add', '203.0.113.1'], "required option '--reason"],
  [['add', '203.0.113.1', '--reason', 'x', '--action', 'kill'], 'Allowed choices'],
  [['add', '203.0.113.1', '--reason', 'x', '--scope', 'planet'], 'Allowed choices'],
  [['add', '203.0.113.1', '--reason', 'x', '--duration', 'long'], 'duration'],
  [['import', 'nowhere.txt'], 'nowhere.txt cannot be read'],
  [['import', '.'], 'cannot be read'],
  [['list', '--limit', '1e3'], 'not a whole number'],
  [['export', '--format', 'xml'], 'Allowed choices'],
])('%j is wrong usage', async (words, told) => {
  const { code, errors, output } = await cli.run(['decisions', ...words]);
  expect({ code, output }).toEqual({ code: 2, output: '' });
  expect(errors).toContain(told);
});
