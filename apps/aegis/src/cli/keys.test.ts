import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliFixture, runCommand, startCli, tooWide } from './cli-fixture.ts';

let cli: CliFixture;
beforeAll(async () => {
  cli = await startCli();
});
afterAll(() => cli.close());

test('a key is made, shown once, listed without its secret, used, and made useless', async () => {
  const created = await cli.run(['keys', 'create', 'edge', '--role', 'enforcer']);
  expect(created).toMatchObject({ code: 0, errors: '' });
  const [key = '', about = ''] = created.output.split('\n');
  const id = /id ([0-9a-f]+)/.exec(about)?.[1] ?? '';
  expect(about).toBe(`enforcer key of edge, id ${id}; it is not shown again`);

  const list = await cli.run(['keys', 'list']);
  expect(list.output).toMatch(new RegExp(`^edge +enforcer +\\S+ +${id}$`, 'm'));
  expect(list.output).not.toContain(key);
  expect(tooWide(list.output)).toEqual([]);
  expect((await cli.run(['keys', 'list', '--json'])).json()).toMatchObject({
    keys: expect.arrayContaining([expect.objectContaining({ name: 'edge', role: 'enforcer', id })]),
  });

  const withIt = (...words: readonly string[]) =>
    runCommand([...words, '--url', cli.node.api], { env: { AEGIS_API_KEY: key } });
  expect((await withIt('check', '203.0.113.1')).code).toBe(0);
  const refused = await withIt('sessions', 'list');
  expect(refused).toMatchObject({ code: 1, output: '', errors: expect.stringMatching(/^error: /) });

  expect(await cli.run(['keys', 'revoke', id])).toMatchObject({
    code: 0,
    output: 'revoked edge (enforcer)\n',
  });
  expect((await withIt('check', '203.0.113.1')).code).toBe(1);
});

test('as JSON the key is there once', async () => {
  const created = await cli.run(['keys', 'create', 'sensor-1', '--role', 'sensor', '--json']);
  expect(created.json()).toMatchObject({
    name: 'sensor-1',
    role: 'sensor',
    key: expect.stringMatching(/^aegis_/),
  });
});

test.each([
  [['create', 'x'], "required option '--role", 2],
  [['create', 'x', '--role', 'king'], 'Allowed choices', 2],
  [['create', 'a b', '--role', 'viewer'], 'name', 2],
  [['create', 'admin', '--role', 'viewer'], 'already a key named admin', 1],
  [['revoke', '0123456789abcdef'], 'no key', 5],
])('%j is refused with what would be right', async (words, told, code) => {
  const end = await cli.run(['keys', ...words]);
  expect(end.errors).toContain(told);
  expect([end.code, end.output]).toEqual([code, '']);
});
