import type { Address, SessionInput } from '@aegis/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliFixture, startCli, tooWide } from './cli-fixture.ts';

let cli: CliFixture;
beforeAll(async () => {
  cli = await startCli();
});
afterAll(() => cli.close());

function attackFrom(peer_ip: string, id: string): SessionInput {
  const start_time = Date.now() / 1_000;
  return {
    sess_uuid: id,
    peer_ip,
    user_agent: 'sqlmap/1.5.2',
    start_time,
    requests: [{ method: 'GET', path: "/item?id=1' UNION SELECT password FROM users--", time: start_time }],
  } as unknown as SessionInput;
}

test.each([
  ['patterns', 'no pattern yet: they are learned from attacks in sessions\n'],
  ['campaigns', 'no campaign in the last hour\n'],
  ['attackers', 'no attacker yet: they are learned from attacks in sessions\n'],
  ['servers', 'no C&C server yet: the hunt finds them in flows (aegis hunt --help)\n'],
])('%s of a node that learned nothing', async (list, output) => {
  expect(await cli.run(['memory', list])).toMatchObject({ code: 0, output });
});

test('what an attack taught', async () => {
  await cli.analyse(attackFrom('192.0.2.1', 'a'), attackFrom('192.0.2.2', 'b'));
  const patterns = await cli.run(['memory', 'patterns']);
  expect(patterns.output).toMatch(/^pattern +attack +severity +seen +last\nATK-\S+ +sql_injection +\d+ +2 /);
  const attackers = await cli.run(['memory', 'attackers']);
  expect(attackers.output).toMatch(/^192\.0\.2\.[12] +\d+ +1 /m);
  expect(tooWide(patterns.output + attackers.output)).toEqual([]);
});

test('one attacker, and that two sessions are no ground for a forecast', async () => {
  const { code, output, json } = await cli.run(['memory', 'attacker', '192.0.2.1']);
  expect(code).toBe(0);
  expect(output).toMatch(/^192\.0\.2\.1 {2}threat \d+, 1 sessions$/m);
  expect(output).toContain('sql_injection');
  expect(output).toMatch(/no prediction: what comes after exploitation/);
  expect(json).toThrow();
  const unknown = await cli.run(['memory', 'attacker', '203.0.113.1']);
  expect(unknown).toMatchObject({ code: 5 });
  expect(unknown.errors).toContain('Nothing is known of 203.0.113.1.');
});

test('servers that the hunt found', async () => {
  await cli.node.services.memory.report([
    {
      ...{ kind: 'cc_server', report: 'r', node: 'n', at: Date.now(), port: 443, score: 97, confidence: 80 },
      ...{ address: '203.0.113.9' as Address, bots: { '10.0.0.1': 90 }, blocked: true, heartbeatSeconds: 60 },
    },
  ]);
  const { output } = await cli.run(['memory', 'servers']);
  expect(output).toMatch(/^203\.0\.113\.9:443 +97 +80 +1 +1 min +yes /m);
  const { json } = await cli.run(['memory', 'servers', '--json']);
  expect(json()).toMatchObject({ cc_servers: [{ bot_network: [{ ip: '10.0.0.1', suspicion_score: 90 }] }] });
});

test('a limit that is none is wrong usage', async () => {
  expect(await cli.run(['memory', 'patterns', '--limit', 'many'])).toMatchObject({ code: 2 });
});
