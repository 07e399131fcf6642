import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliFixture, recentAttack, recentVisit, startCli, tooWide } from './cli-fixture.ts';

let cli: CliFixture;
beforeAll(async () => {
  cli = await startCli();
  await cli.analyse(recentAttack(1), recentVisit(2), recentVisit(3));
});
afterAll(() => cli.close());

test('a list for a person fits, and names every session by its whole id', async () => {
  const { code, output, errors } = await cli.run(['sessions', 'list']);
  expect([code, errors]).toEqual([0, '']);
  expect(tooWide(output)).toEqual([]);
  for (const id of ['session-1', 'session-2', 'session-3'])
    expect(output).toMatch(new RegExp(`^  ${id}$`, 'm'));
  expect(output).toMatch(/^start +source +risk +level +client +attack types$/m);
  expect(output).toMatch(/198\.18\.0\.1 +\d\d +(HIGH|CRITICAL) +sqlmap +sql_injection/);
});

test('where there is room the id stands on the same line', async () => {
  const { output } = await cli.run(['sessions', 'list', '--peer', '198.18.0.1'], { columns: 200 });
  expect(output.trimEnd().split('\n')).toHaveLength(2);
  expect(output).toMatch(/sqlmap.* session-1$/m);
});

test('as JSON, page by page, and filtered', async () => {
  const listed = async (...words: readonly string[]) =>
    (await cli.run(['sessions', 'list', '--json', ...words])).json() as {
      sessions: { sess_uuid: string }[];
      next?: string;
    };
  const first = await listed('--limit', '2');
  expect(first.sessions).toHaveLength(2);
  const second = await listed('--limit', '2', '--cursor', first.next ?? '');
  expect(second.next).toBeUndefined();
  const ids = [...first.sessions, ...second.sessions].map(({ sess_uuid: id }) => id);
  expect(ids.toSorted()).toEqual(['session-1', 'session-2', 'session-3']);
  const filters = [
    ['--level', 'INFO', 2],
    ['--type', 'sql_injection', 1],
    ['--min-score', '60', 1],
    ['--peer', '198.18.0.2/31', 2],
    ['--text', 'sqlmap', 1],
    ['--to', '2020-01-01T00:00:00Z', 0],
    ['--from', '2020-01-01T00:00:00Z', 3],
  ] as const;
  for (const [option, value, count] of filters)
    expect([option, (await listed(option, value)).sessions.length]).toEqual([option, count]);
});

test('more pages are offered, and none where nothing fits', async () => {
  expect((await cli.run(['sessions', 'list', '--limit', '1'])).output).toMatch(/\nmore: --cursor \S+\n$/);
  const { code, output } = await cli.run(['sessions', 'list', '--min-score', '100']);
  expect([code, output]).toEqual([0, 'no session fits\n']);
});

test('one session: the judgement, its reasons and the evidence, on lines that fit', async () => {
  const { code, output } = await cli.run(['sessions', 'show', 'session-1']);
  expect(code).toBe(0);
  expect(tooWide(output)).toEqual([]);
  for (const part of [
    'Why this score',
    'Evidence',
    'Advice',
    'Requests',
    '198.18.0.1',
    'sqlmap 1.7.2',
    'T1190',
  ])
    expect(output).toContain(part);
  const record = (await cli.run(['sessions', 'show', 'session-1', '--json'])).json();
  expect(record).toMatchObject({ sess_uuid: 'session-1', peer_ip: '198.18.0.1' });
});

test('a session that is not there is not found', async () => {
  const { code, output, errors } = await cli.run(['sessions', 'show', 'nobody']);
  expect([code, output]).toEqual([5, '']);
  expect(errors).toMatch(/^error: /);
});

test.each([
  [['--limit', 'many'], '--limit: "many" is not a whole number'],
  [['--limit', '501'], 'limit'],
  [['--limit', '0'], 'limit'],
  [['--min-score', '-1'], '--min-score'],
  [['--level', 'BAD'], 'Allowed choices'],
  [['--peer', 'here'], 'here'],
  [['--type', 'no_such'], 'attack_type'],
  [['--from', 'yesterday'], 'from'],
  [['--cursor', 'nonsense'], ''],
])('%j is wrong usage', async (words, told) => {
  const { code, errors, output } = await cli.run(['sessions', 'list', ...words]);
  expect({ code, output }).toEqual({ code: 2, output: '' });
  expect(errors).toContain(told);
});
