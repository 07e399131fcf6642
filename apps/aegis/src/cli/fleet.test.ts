import { create, toBinary } from '@bufbuild/protobuf';
import { AgentToServerSchema } from '@elastic/opamp-client-node/lib/generated/opamp_pb.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testConfig } from '../node/node-fixture.ts';
import { type CliFixture, startCli, tooWide } from './cli-fixture.ts';

let cli: CliFixture;
beforeAll(async () => {
  cli = await startCli({ fleet: { ...testConfig('.').fleet, enabled: true, port: 0 } });
});
afterAll(() => cli.close());

test('a fleet without agents says what to do', async () => {
  const { output } = await cli.run(['fleet', 'status']);
  expect(output).toContain('aegis keys create web-1 --role agent');
  expect((await cli.run(['fleet', 'agents'])).output).toBe('no such agent\n');
  expect((await cli.run(['fleet', 'config', 'show'])).output).toContain('no config yet');
});

test('a config is set, shown, told in history and rolled back', async () => {
  cli.file('one.json', '{"log_level":"info","plugins":{"fim":{"enabled":true}}}');
  cli.file('two.yaml', 'log_level: debug\n');
  const reason = ['--reason', 'a first config'];
  const set = await cli.run(['fleet', 'config', 'set', 'all', 'one.json', ...reason]);
  expect(set.output).toMatch(/^all@1 {2}\S+ \S+ {2}\S+: a first config$/m);
  const canary = ['--share', '10', '--base', '1', '--reason', 'a canary'];
  expect((await cli.run(['fleet', 'config', 'set', 'all', 'two.yaml', ...canary])).output).toMatch(
    /^all@2 for 10%/,
  );
  const late = await cli.run(['fleet', 'config', 'set', 'all', 'two.yaml', ...canary]);
  expect(late.code).toBe(1);
  expect(late.errors).toContain('the config of all has changed meanwhile: it is at version 2');
  const back = await cli.run(['fleet', 'config', 'rollback', 'all', '1', '--reason', 'the canary died']);
  expect(back.output).toMatch(/^all@3 /);
  const history = await cli.run(['fleet', 'config', 'history', 'all']);
  expect(history.output.split('\n').map((line) => line.slice(0, 5))).toEqual(['all@3', 'all@2', 'all@1', '']);
  const shown = await cli.run(['fleet', 'config', 'show', '--json']);
  expect(shown.json()).toMatchObject({ versions: [{ version: 3, body: { log_level: 'info' } }] });
  expect(tooWide(history.output)).toEqual([]);
});

test('the fleet is halted and goes on, and both are on the audit', async () => {
  const halt = await cli.run(['fleet', 'halt', '--reason', 'a plugin eats memory']);
  expect(halt.output).toBe('order 1: every agent halts; aegis fleet status tells how many obey\n');
  expect((await cli.run(['fleet', 'status'])).output).toMatch(/^HALTED +order 1 of .*a plugin eats memory/m);
  const resume = await cli.run(['fleet', 'resume', '--reason', 'it is mended', '--json']);
  expect(resume.json()).toMatchObject({ epoch: 2, state: 'running', reason: 'it is mended' });
  const audit = await cli.node.services.ledger.audit({ limit: 10 });
  expect(audit.map(({ action }) => action)).toEqual(expect.arrayContaining(['fleet.halt', 'fleet.resume']));
});

test.each([
  [['fleet', 'halt'], '--reason'],
  [
    ['fleet', 'config', 'set', 'everyone', 'one.json', '--reason', 'r'],
    'expected all, group:NAME, room:NAME',
  ],
  [['fleet', 'config', 'set', 'all', 'nowhere.json', '--reason', 'r'], 'nowhere.json cannot be read'],
  [['fleet', 'show', 'web-1'], 'expected a UUID'],
] as const)('%j is wrong usage, and says why', async (words, why) => {
  const { code, errors } = await cli.run(words);
  expect(code).toBe(2);
  expect(errors).toContain(why);
});

test('agents in a table, and one of them whole', async () => {
  const created = await cli.node.services.keys.create({ name: 'host-1', role: 'agent' });
  const attribute = (key: string, value: string) => ({
    key,
    value: { value: { case: 'stringValue' as const, value } },
  });
  const said = create(AgentToServerSchema, {
    instanceUid: new Uint8Array(16).fill(7),
    capabilities: 0x3803n,
    agentDescription: {
      identifyingAttributes: [attribute('host.name', 'web-3')],
      nonIdentifyingAttributes: [attribute('aegis.room', 'fra-2')],
    },
    health: { healthy: false, componentHealthMap: { auth: { healthy: false, lastError: 'no such log' } } },
  });
  const answer = await fetch(cli.node.fleet ?? '', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${created.ok ? created.value.key : ''}`,
      'content-type': 'application/x-protobuf',
    },
    body: toBinary(AgentToServerSchema, said) as Uint8Array<ArrayBuffer>,
  });
  expect(answer.status).toBe(200);
  const table = await cli.run(['fleet', 'agents', '--text', 'WEB-3']);
  expect(table.output).toMatch(/^07070707-0707-0707-0707-070707070707 +web-3 +online +bad +behind$/m);
  expect(tooWide(table.output)).toEqual([]);
  const shown = await cli.run(['fleet', 'show', '07070707-0707-0707-0707-070707070707']);
  expect(shown.output).toContain('auth  bad  no such log');
  expect(shown.output).toContain('room  fra-2');
  expect(shown.output).toMatch(/^config {2}not what it is to have {2}all@3$/m);
  expect((await cli.run(['fleet', 'status'])).output).toMatch(/^agents +1, 1 online\nunhealthy +1\n/);
});

test('an agent that nobody met is not found', async () => {
  const { code } = await cli.run(['fleet', 'show', '01930f6c-7a3b-7c1e-9d2a-5f4e3d2c1b0a']);
  expect(code).toBe(5);
});
