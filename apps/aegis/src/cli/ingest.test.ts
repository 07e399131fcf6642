import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliFixture, recentAttack, recentVisit, startCli, tooWide } from './cli-fixture.ts';

let cli: CliFixture;
beforeAll(async () => {
  cli = await startCli();
});
afterAll(() => cli.close());

const lines = (...numbers: readonly number[]): string =>
  numbers.map((n) => `${JSON.stringify(n % 2 === 0 ? recentVisit(n) : recentAttack(n))}\n`).join('');

test('a file is taken in, told about and analysed', async () => {
  cli.file('sessions.jsonl', `${lines(1, 2)}nonsense\n${lines(3)}`);
  const { code, output, errors } = await cli.run(['ingest', 'sessions.jsonl', '--wait']);
  expect([code, output]).toEqual([0, '']);
  expect(errors).toContain('sessions.jsonl: 4 lines of tanner, 3 sessions accepted\n');
  expect(errors).toMatch(/^ {2}sessions\.jsonl:3: column 1: not JSON/m);
  expect(tooWide(errors)).toEqual([]);
  for (const n of [1, 2, 3]) expect(await cli.node.services.archive.get(`session-${n}`)).toBeDefined();
});

test('again it goes on where it was, or from the beginning where that is asked for', async () => {
  const file = cli.file('twice.jsonl', lines(4, 5));
  const ingest = async (...words: readonly string[]) =>
    (await cli.run(['ingest', 'twice.jsonl', '--json', ...words])).json();
  expect(await ingest()).toEqual({
    files: [
      {
        file,
        format: 'tanner',
        from_line: 1,
        lines: 2,
        bad_lines: 0,
        sessions: 2,
        refused: 0,
        complete: true,
        seconds: expect.any(Number),
        errors: [],
      },
    ],
  });
  expect(await ingest()).toMatchObject({ files: [{ from_line: 3, lines: 0, sessions: 0 }] });
  expect(await ingest('--again')).toMatchObject({ files: [{ from_line: 1, lines: 2 }] });
});

test('one file that cannot be read does not keep the others from being taken in', async () => {
  cli.file('good.gz', gzipSync(lines(6)));
  cli.file('poem.txt', 'roses are red\nviolets are blue\n');
  cli.file('empty.log', '');
  const end = await cli.run(['ingest', 'nowhere', 'poem.txt', 'good.gz', 'empty.log', '--json']);
  expect(end.code).toBe(2);
  expect(end.json()).toMatchObject({
    files: [
      { file: 'nowhere', error: { code: 'unreadable' } },
      { file: 'poem.txt', error: { code: 'unknown_format' } },
      { format: 'tanner', sessions: 1 },
      { lines: 0, sessions: 0, complete: true },
    ],
  });
  expect(end.errors).toMatch(/^error: nowhere cannot be read: ENOENT/m);
  expect(end.errors).toMatch(/^error: poem\.txt: no reader fits/m);
  expect(end.errors).toContain('empty.log: empty\n');
});

test('a single one that cannot be read is the error of the command', async () => {
  cli.file('poem.txt', 'roses are red\n');
  const { code, json } = await cli.run(['ingest', 'poem.txt', '--json']);
  expect([code, json()]).toMatchObject([2, { error: { code: 'unknown_format' } }]);
  cli.file('cut.gz', gzipSync(lines(7, 8)).subarray(0, -10));
  const cut = await cli.run(['ingest', 'cut.gz']);
  expect(cut.code).toBe(2);
  expect(cut.errors).toMatch(/^error: cut\.gz cannot be read on: unexpected end of file$/m);
});

test('of many bad lines the first are told and the rest counted', async () => {
  cli.file('bad.jsonl', `${lines(9)}${'{\n'.repeat(50)}`);
  const { errors } = await cli.run(['ingest', 'bad.jsonl', '--format', 'tanner']);
  expect(errors.match(/^ {2}bad\.jsonl:\d+: /gm)).toHaveLength(20);
  expect(errors).toContain('  and 30 more lines that could not be used\n');
});

test('interrupted, it says so and ends with 130', async () => {
  cli.file('long.jsonl', lines(10, 11));
  const stop = new AbortController();
  stop.abort();
  const { code, errors } = await cli.run(['ingest', 'long.jsonl'], { signal: stop.signal });
  expect(code).toBe(130);
  expect(errors).toContain('interrupted, run it again to go on');
  expect((await cli.run(['ingest', 'long.jsonl', '--json'])).json()).toMatchObject({
    files: [{ sessions: 2 }],
  });
});

test('a format that does not exist is wrong usage', async () => {
  const { code, errors } = await cli.run(['ingest', 'x', '--format', 'morse']);
  expect(code).toBe(2);
  expect(errors).toContain('Allowed choices are tanner');
});
