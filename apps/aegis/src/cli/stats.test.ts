import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliFixture, recentAttack, recentVisit, startCli, tooWide } from './cli-fixture.ts';

let cli: CliFixture;
beforeAll(async () => {
  cli = await startCli();
  await cli.analyse(recentAttack(1), recentVisit(2), recentVisit(3));
});
afterAll(() => cli.close());

test('a page that fits, with levels, the course of the day, what, with what and who', async () => {
  const { code, output } = await cli.run(['stats']);
  expect(code).toBe(0);
  expect(tooWide(output)).toEqual([]);
  expect(output).toMatch(/^3 sessions, \d+ requests {2}20\d\d-\d\d-\d\d \d\d:\d\d to /);
  expect(output).toMatch(/^ {2}INFO +2 {2}█+$/m);
  expect(output).toMatch(/^When {2}.*an? hour a mark, at most [123]$/m);
  expect(output).toMatch(/^ {2} *[▁-█]/m);
  for (const part of ['What they tried', 'sql_injection', 'sqlmap', 'T1190', 'Busiest sources', '198.18.0.1'])
    expect(output).toContain(part);
});

test('as JSON, with the series; of a longer time by days; of all time without one', async () => {
  const asked = async (...words: readonly string[]) =>
    (await cli.run(['stats', '--json', ...words])).json() as {
      stats: { sessions: number };
      series?: { step: string; steps: { sessions: number }[] };
    };
  const day = await asked();
  expect(day.stats.sessions).toBe(3);
  expect(day.series?.step).toBe('hour');
  expect(day.series?.steps.reduce((sum, { sessions }) => sum + sessions, 0)).toBe(3);
  expect((await asked('--last', '30d')).series?.step).toBe('day');
  expect(await asked('--from', '2020-01-01')).not.toHaveProperty('series');
  expect((await asked('--to', '2020-01-01')).stats.sessions).toBe(0);
});

test('of nothing only that is said', async () => {
  const { output } = await cli.run(['stats', '--to', '2020-01-01']);
  expect(output).toBe('0 sessions, 0 requests  before 2020-01-01\n');
});

test.each([
  [['--last', 'soon'], '--last'],
  [['--last', '1h', '--from', '2020-01-01'], 'either'],
  [['--from', 'yesterday'], 'from'],
])('%j is wrong usage', async (words, told) => {
  const { code, errors } = await cli.run(['stats', ...words]);
  expect(code).toBe(2);
  expect(errors).toContain(told);
});

test('alerts are listed, and sessions exported into a file that is whole', async () => {
  const { output } = await cli.run(['sessions', 'alerts', '--json']);
  const alerts = (JSON.parse(output) as { sessions: { risk_score: number }[] }).sessions;
  expect(alerts.every(({ risk_score: score }) => score >= 70)).toBe(true);
  for (const [format, told] of [
    ['jsonl', '"sess_uuid":"session-1"'],
    ['csv', 'session-1,'],
    ['stix', '"type":"bundle"'],
    ['ocsf', '"class_uid":4002'],
  ] as const) {
    const printed = await cli.run(['sessions', 'export', '--format', format]);
    expect(printed.output).toContain(told);
    const written = await cli.run(['sessions', 'export', '--format', format, '--out', `all.${format}`]);
    expect([written.code, written.output]).toEqual([0, '']);
    expect(written.errors).toContain(`all.${format}`);
  }
  const none = await cli.run(['sessions', 'export', '--peer', '203.0.113.1']);
  expect([none.code, none.output]).toEqual([0, '']);
});
