import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliFixture, recentAttack, recentVisit, runCommand, startCli, tooWide } from './cli-fixture.ts';

let cli: CliFixture;
beforeAll(async () => {
  cli = await startCli();
});
afterAll(() => cli.close());

/** `check` needs no node and takes no data directory. */
const runIn = (words: readonly string[]) => runCommand(words, { cwd: cli.folder });

const WATCH = `
name: watching
strategies:
  - name: operator
    origins: [operator]
    weight: 10
    freshness: { kind: none }
  - name: detections
    origins: [aegis]
    mode: shadow
  - name: others
    origins: ["*"]
exempt: [203.0.113.0/24]
`;

test('a file is checked without a node: every error with its line, and exit code 2', async () => {
  const file = cli.file('bad.yaml', 'strategies:\n  - name: a\n    orgins: [aegis]\nexempt: [0.0.0.0/0]\n');
  const bad = await runIn(['policy', 'check', file]);
  expect(bad).toMatchObject({ code: 2, output: '' });
  expect(bad.errors).toContain(
    `${file}:3:5: error: strategies[0].orgins is no key here; did you mean origins?`,
  );
  expect(bad.errors).toContain(`${file}:4:10: error: exempt[0] is every IPv4 client`);
  const json = await runIn(['policy', 'check', file, '--json']);
  expect(json.json()).toMatchObject({ error: { code: 'bad_policy' } });
  expect((await runIn(['policy', 'check', cli.file('good.yaml', WATCH)])).code).toBe(0);
  expect((await runIn(['policy', 'check', 'nowhere.yaml'])).code).toBe(2);
});

test('the life of a policy: diff, simulate, apply, conflict, history, rollback', async () => {
  await cli.analyse(recentAttack(1), recentAttack(2), recentVisit(3));
  const file = cli.file('watch.yaml', WATCH);
  const shown = await cli.run(['policy', 'show']);
  expect(shown.output).toContain('policy config, version 0');
  expect(tooWide(shown.output)).toEqual([]);

  const diff = await cli.run(['policy', 'diff', file]);
  expect(diff.output).toContain('~ strategy detections: mode enforce -> shadow');
  expect(diff.output).toContain('+ exempt 203.0.113.0/24');

  const simulated = await cli.run(['policy', 'simulate', file, '--decisions', 'now'], { columns: 200 });
  expect(simulated.code).toBe(0);
  expect(simulated.output).toMatch(/verdicts of 2 clients would change/);
  expect(simulated.output).toContain('strategy "detections" only watches; would have won');

  const applied = await cli.run(['policy', 'apply', file, '--reason', 'a trial']);
  expect(applied).toMatchObject({ code: 0, output: expect.stringContaining('policy watching, version 1') });
  const late = await cli.run(['policy', 'apply', file, '--reason', 'late', '--base', '0']);
  expect(late).toMatchObject({ code: 2, errors: expect.stringContaining('version 1') });

  const back = await cli.run(['policy', 'rollback', '0', '--reason', 'enough seen']);
  expect(back.output).toContain('~ strategy detections: mode shadow -> enforce');
  const history = await cli.run(['policy', 'history']);
  expect(history.output).toMatch(/version 2 .* cli: enough seen.*follows the config/);
  expect(history.output).toMatch(/version 1 .* cli: a trial/);
  expect((await cli.run(['policy', 'show', '1', '--json'])).json()).toMatchObject({
    version: 1,
    policy: { name: 'watching' },
  });
  expect((await cli.run(['policy', 'show', '9'])).code).toBe(5);
});

test('a change that may lock somebody out is refused until it is forced', async () => {
  const home = cli.file('home.yaml', `${WATCH}protected: [10.7.0.0/16]\n`);
  const watch = cli.file('watch.yaml', WATCH);
  expect((await cli.run(['policy', 'apply', home, '--reason', 'our network'])).code).toBe(0);
  const refused = await cli.run(['policy', 'apply', watch, '--reason', 'moved']);
  expect(refused.code).toBe(3);
  expect(refused.errors).toContain('10.7.0.0/16 would no longer be protected');
  expect(refused.errors).toContain('--force');
  expect((await cli.run(['policy', 'apply', watch, '--reason', 'moved', '--force'])).code).toBe(0);
});

test('a log is replayed; what it is not, and a wrong time, are told', async () => {
  const line = (n: number) =>
    `198.51.100.${n} - - [27/Oct/2026:02:00:0${n} +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8"`;
  const log = cli.file('access.log', `${[1, 2, 3].map(line).join('\n')}\nnonsense\n`);
  await cli.run(['decisions', 'add', '198.51.100.2', '--duration', '1h', '--reason', 'scanning']);
  const file = cli.file('exempting.yaml', `${WATCH.replace('203.0.113.0/24', '198.51.100.0/24')}`);
  const answer = await cli.run([
    'policy',
    'simulate',
    file,
    '--traffic',
    log,
    '--decisions',
    'now',
    '--json',
  ]);
  expect(answer.json()).toMatchObject({
    bad_lines: 1,
    report: {
      requests: 3,
      changed: 3,
      transitions: [
        { from: 'none', to: 'allow', requests: 2 },
        { from: 'block', to: 'allow', requests: 1 },
      ],
    },
  });
  const none = cli.file('nothing.txt', 'what is this\nnobody knows\n');
  expect((await cli.run(['policy', 'simulate', file, '--traffic', none])).code).toBe(2);
  expect((await cli.run(['policy', 'simulate', file, '--from', 'yesterday'])).code).toBe(2);
});

test('the schema is printed', async () => {
  const { code, json } = await runCommand(['policy', 'schema']);
  expect(code).toBe(0);
  expect(json()).toMatchObject({ title: 'Aegis policy', properties: { strategies: expect.anything() } });
});
