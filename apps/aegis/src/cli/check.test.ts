import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliFixture, recentAttack, startCli, tooWide } from './cli-fixture.ts';

let cli: CliFixture;
beforeAll(async () => {
  cli = await startCli();
  await cli.analyse(recentAttack(1));
  await cli.run(['decisions', 'add', '203.0.113.1', '--action', 'throttle', '--reason', 'too eager']);
  await cli.run(['decisions', 'add', '203.0.113.2', '--action', 'allow', '--reason', 'a friend']);
});
afterAll(() => cli.close());

test.each([
  ['198.18.0.1', 'block', 3],
  ['203.0.113.1', 'throttle', 3],
  ['203.0.113.2', 'allow', 0],
  ['203.0.113.3', 'none', 0],
  ['2001:db8::1', 'none', 0],
])('%s: %s, exit code %d', async (address, outcome, code) => {
  const asked = await cli.run(['check', address, '--json']);
  expect(asked).toMatchObject({ code, errors: '' });
  expect(asked.json()).toMatchObject({ outcome });
});

test('for a person the verdict, why and until when, on lines that fit', async () => {
  const { output } = await cli.run(['check', '198.18.0.1']);
  expect(output).toMatch(/^198\.18\.0\.1 {2}block\n {2}union-based SQL injection in parameter id/);
  expect(output).toMatch(/until \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ\n$/);
  expect(tooWide(output)).toEqual([]);
  const wide = await cli.run(['check', '198.18.0.1'], { columns: 200 });
  expect(wide.output.trimEnd().split('\n')).toHaveLength(1);
  expect((await cli.run(['check', '203.0.113.3'])).output).toBe(
    '203.0.113.3  no opinion  no decision matches\n',
  );
});

test('explained, every decision that had a part in it', async () => {
  const { output, code } = await cli.run(['check', '198.18.0.1', '--explain']);
  expect(code).toBe(3);
  expect(output).toMatch(/^won +ban +ip 198\.18\.0\.1 +detections +\d\.\d{3} +/m);
  expect(tooWide(output)).toEqual([]);
  const nothing = await cli.run(['check', '203.0.113.3', '--explain']);
  expect(nothing.output).toContain('no decision in force is about this client');
  const asked = await cli.run(['check', '203.0.113.2', '--explain', '--json']);
  expect(asked.json()).toMatchObject({
    verdict: { outcome: 'allow' },
    candidates: [{ result: 'exempts', score: null }],
  });
});

test('an address is checked in any spelling', async () => {
  const { code, output } = await cli.run(['check', '::ffff:198.18.0.1']);
  expect([code, output.split(' ')[0]]).toEqual([3, '198.18.0.1']);
});

test.each(['', 'nonsense', '203.0.113.256', '203.0.113.1/24', '1.2.3.4 ', '\u001b[2J'])(
  '%j is no address: wrong usage, and nobody is asked',
  async (garbage) => {
    const { code, errors, json } = await cli.run(['check', garbage, '--json', '--data-dir', '/nowhere']);
    expect(code).toBe(2);
    expect(json()).toMatchObject({ error: { code: 'bad_address' } });
    expect(errors).toMatch(/^error: .* is not an IP address; expected something like 192\.0\.2\.1/);
    expect(errors).not.toContain('\u001b');
  },
);
