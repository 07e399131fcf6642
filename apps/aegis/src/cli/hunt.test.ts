import { gzipSync } from 'node:zlib';
import type { Address } from '@aegis/model';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type CliFixture, startCli, tooWide } from './cli-fixture.ts';

const SERVER = '45.77.0.13';
let cli: CliFixture;
let flows: string;

beforeAll(async () => {
  cli = await startCli();
  flows = (await cli.run(['hunt', '--generate', '7'])).output;
  cli.file('flows.csv', flows);
});
afterAll(() => cli.close());

interface Answer {
  readonly flows: number;
  readonly bad_lines: number;
  readonly proposed?: unknown;
  readonly candidates: readonly {
    readonly address: string;
    readonly cc_score: number;
    readonly bot_count: number;
    readonly confirmed: boolean;
    readonly unconfirmed?: string;
  }[];
}

test('generated flows are the same for the same seed, and end with what they are', async () => {
  expect(flows).toMatch(/^time,source,destination,port,protocol,duration,sent,received,name,label\n1793/);
  expect((await cli.run(['hunt', '--generate', '7'])).output).toBe(flows);
  expect((await cli.run(['hunt', '--generate', '8'])).output).not.toBe(flows);
});

test('the server is in the table with its heartbeat and why, and the exit code says so', async () => {
  const { code, output, errors } = await cli.run(['hunt', 'flows.csv']);
  expect(code).toBe(3);
  expect(output).toMatch(/^score +conf +server +bots +heartbeat +gaps\n +\d+ +\d+ +45\.77\.0\.13:443 +5 +\d/);
  expect(output).toMatch(/^ +\d+% of \d+ gaps within [\d.]+% of [\d.]+ s$/m);
  expect(output).toMatch(/^1 confirmed of 1; [\d,]+ flows, [\d,]+ pairs, 61 clients$/m);
  expect(errors).toMatch(/^flows\.csv: [\d,]+ flows$/m);
  expect(tooWide(output)).toEqual([]);
});

test('as JSON, from several files, compressed ones as well', async () => {
  const [header = '', ...rows] = flows.trimEnd().split('\n');
  cli.file('one.csv.gz', gzipSync([header, ...rows.slice(0, 9_000)].join('\n')));
  cli.file('two.csv', [header, ...rows.slice(9_000), 'x,y'].join('\n'));
  const { code, errors, json } = await cli.run(['hunt', 'two.csv', 'one.csv.gz', '--json']);
  const answer = json() as Answer;
  expect([code, answer.flows, answer.bad_lines]).toEqual([3, rows.length, 1]);
  expect(answer.candidates[0]).toMatchObject({ address: SERVER, bot_count: 5, confirmed: true });
  expect(errors).toMatch(/two\.csv:\d+: time: expected seconds since 1970 or ISO 8601, found "x"/);
});

describe('one address explained', () => {
  test('everything for and against it, and its bots', async () => {
    const { code, output } = await cli.run(['hunt', 'flows.csv', '--explain', SERVER]);
    expect(code).toBe(0);
    expect(output).toContain('confirmed: it would be proposed to be banned');
    expect(output).toMatch(/^ +\+1\.2 +only 5 of 61 clients|^ +\+\d\.\d +5 clients have the same heartbeat/m);
    expect(output).toContain('10.1.0.4');
    expect(tooWide(output)).toEqual([]);
  });

  test('one that nothing speaks for is not found', async () => {
    const { code, errors } = await cli.run(['hunt', 'flows.csv', '--explain', '192.0.2.9']);
    expect(code).toBe(5);
    expect(errors).toContain('nothing in these flows speaks for 192.0.2.9');
  });
});

test('flows handed to the node: it finds the server, bans it, remembers it, and tells of it', async () => {
  expect((await cli.run(['hunt', '--live'])).output).toBe(
    'no flows have come; hand some in with aegis hunt FILE --push, or POST /v1/flows\n',
  );
  const live = (await cli.run(['hunt', '--generate', '9', '--now'])).output;
  const [header = '', ...rows] = live.trimEnd().split('\n');
  cli.file('live.csv', [header, ...rows.slice(0, 9), 'x,y', ...rows.slice(9)].join('\n'));
  const pushed = await cli.run(['hunt', 'live.csv', '--push']);
  expect(pushed.output).toMatch(
    /^live\.csv: [\d,]+ flows handed in, 1 lines that could not be used\n {2}live\.csv:11: /,
  );
  expect(pushed.output).toMatch(/the node has looked at them: aegis hunt --live\n$/);
  const found = (await cli.run(['hunt', '--live', '--json'])).json() as Answer;
  expect(found).toMatchObject({ flows: rows.length, candidates: [{ confirmed: true, bot_count: 5 }] });
  const { address } = found.candidates[0] ?? {};
  const table = await cli.run(['hunt', '--live']);
  expect(table.code).toBe(3);
  expect(table.output).toContain(`${address}:443`);
  expect(tooWide(table.output)).toEqual([]);
  const explained = await cli.run(['hunt', '--live', '--explain', address ?? '']);
  expect(explained.output).toContain('confirmed: it would be proposed to be banned');
  await vi.waitFor(
    async () => {
      const checked = await cli.run(['check', address ?? '', '--json']);
      expect(checked.json()).toMatchObject({
        outcome: 'block',
        reason: expect.stringContaining('C&C server on port 443'),
      });
      const server = await cli.node.services.memory.ccServer(address as Address, 443);
      expect(Object.keys(server?.bots ?? {})).toHaveLength(5);
    },
    { timeout: 60_000, interval: 250 },
  );
}, 120_000);

test('what is allowed is found and not proposed; the others are banned once', async () => {
  const allowed = await cli.run(['hunt', 'flows.csv', '--json', '--propose', '--allow', '45.77.0.0/16']);
  expect((allowed.json() as Answer).candidates[0]).toMatchObject({ unconfirmed: 'allowed' });
  expect(allowed.json()).toMatchObject({ proposed: { added: 0, refused: 0 } });
  expect(allowed.code).toBe(0);
  const { json } = await cli.run(['hunt', 'flows.csv', '--json', '--propose']);
  expect(json()).toMatchObject({ proposed: { added: 1, refused: 0 } });
  const checked = await cli.run(['check', SERVER, '--json']);
  expect(checked.json()).toMatchObject({ outcome: 'block', origin: 'aegis' });
});

test.each([
  [['hunt'], 'which files?'],
  [['hunt', 'nowhere.log'], 'nowhere.log cannot be read'],
  [['hunt', 'flows.csv', '--allow', 'nonsense'], '--allow: '],
  [['hunt', 'flows.csv', '--format', 'morse'], 'Allowed choices are zeek'],
] as const)('%j is wrong usage', async (words, message) => {
  const { code, errors } = await cli.run(words);
  expect(code).toBe(2);
  expect(errors).toContain(message);
});

test('a file of no flows says so', async () => {
  cli.file('poem.txt', 'roses are red\n');
  const { code, errors } = await cli.run(['hunt', 'poem.txt']);
  expect(code).toBe(2);
  expect(errors).toContain('poem.txt: no format of flows fits its first line; name one with --format');
});
