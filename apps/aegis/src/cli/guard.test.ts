import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliFixture, runCommand, startCli, tooWide } from './cli-fixture.ts';

let cli: CliFixture;
beforeAll(async () => {
  cli = await startCli();
});
afterAll(() => cli.close());

const guard = (...words: readonly string[]) => cli.run(['guard', ...words]);

test('status says the mode, and that nothing happened yet', async () => {
  const { code, output } = await guard('status');
  expect(code).toBe(0);
  expect(output).toMatch(/mode +observe|mode +light|mode +full/);
  expect(output).toContain('none wait for you');
  expect(tooWide(output)).toEqual([]);
  expect((await guard('status', '--json')).json()).toMatchObject({
    calls: expect.any(Number),
    open_cases: 0,
  });
});

test('a client is set, seen in lists, and lifted; each is on the audit', async () => {
  expect((await guard('client', 'mallory')).output).toContain('never seen here');
  const set = await guard('set', 'mallory', 'write_disabled', '--duration', '1h', '--reason', 'insults');
  expect(set).toMatchObject({ code: 0, output: expect.stringContaining('write_disabled until') });
  const listed = await guard('list', '--state', 'write_disabled');
  expect(listed.output).toContain('mallory');
  expect(tooWide(listed.output)).toEqual([]);
  expect((await guard('list')).output).toContain('no client is shadow_banned');
  expect((await guard('lift', 'mallory', '--reason', 'apologised')).output).toContain(
    'mallory is back to normal',
  );
  expect((await guard('lift', 'mallory')).code).not.toBe(0);
  const audit = await cli.run(['audit', 'list', '--json']);
  const actions = (audit.json() as { entries: { action: string; target: string }[] }).entries;
  expect(actions.filter(({ target }) => target === 'mallory').map(({ action }) => action)).toContain(
    'guard.set_state',
  );
});

test('a case is contested, ruled on once, and gone from those that wait', async () => {
  cli.node.services.guard.reportViolation({
    user: 'poet',
    violation: 'protocol_attack',
    detail: 'odd frames',
  });
  const [record] = cli.node.services.guard.cases();
  const id = record?.id ?? '';
  cli.node.services.guard.appeal(id, 'it was a poem');
  const appeals = await guard('appeals');
  expect(appeals.output).toContain(id);
  expect((await guard('rule', id, 'overturned', '--reason', 'it was a poem')).code).toBe(0);
  expect(cli.node.services.guard.inspect('poet')).toMatchObject({ state: 'normal' });
  const again = await guard('rule', id, 'upheld', '--reason', 'no');
  expect(again.code).not.toBe(0);
  expect(again.errors).toContain('overturned');
});

test('bans of addresses are listed and lifted', async () => {
  expect((await guard('bans')).output).toContain('no address is banned');
  for (let i = 0; i < 10; i++)
    cli.node.services.guard.reportViolation({ ip: '192.0.2.66', violation: 'malformed' });
  expect((await guard('bans')).output).toContain('192.0.2.66');
});

test.each([
  ['guard.toml', '[limits.user]\nper_secnd = 3\n'],
  ['guard.yaml', 'limits:\n  user:\n    per_secnd: 3\n'],
])('a config with a mistake is told with its line: %s', async (name, text) => {
  const file = cli.file(name, text);
  const { code, errors } = await runCommand(['guard', 'check-config', file], { cwd: cli.folder });
  expect(code).toBe(2);
  expect(errors).toMatch(/guard\.(?:toml:2|yaml:3)/);
  expect(errors).toContain('per_secnd');
});

test('a config under which a call could never pass is refused with the reason', async () => {
  const file = cli.file('never.toml', 'preset = "strict"\n[rpc.costs]\nexport = -1\n');
  expect((await runCommand(['guard', 'check-config', file], { cwd: cli.folder })).code).toBe(2);
  const good = cli.file('good.toml', 'preset = "strict"\n[limits.user]\nper_second = 20\nburst = 40\n');
  expect((await runCommand(['guard', 'check-config', good], { cwd: cli.folder })).code).toBe(0);
});

test('the schema is JSON Schema', async () => {
  const { code, output } = await runCommand(['guard', 'schema'], { cwd: cli.folder });
  expect(code).toBe(0);
  expect(JSON.parse(output)).toMatchObject({ type: 'object' });
});
