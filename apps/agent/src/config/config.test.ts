import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PluginReport } from '../plugins/plugin-runner.ts';
import { StateFolder } from '../state/state-folder.ts';
import { AGENT_SETTINGS } from './agent-settings.ts';
import { ConfigKeeper } from './config-keeper.ts';
import { type AgentConfig, loadAgentConfig } from './load-config.ts';
import { plansFor, readRemoteConfig } from './remote-config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (text: string): string => {
  const path = join(folder, 'agent.yaml');
  writeFileSync(path, text);
  return path;
};
const load = (text: string): AgentConfig => {
  const loaded = loadAgentConfig({ file: file(text), env: {}, words: {} });
  if (!loaded.ok) throw new Error(loaded.error.join('\n'));
  return loaded.value;
};
const commandOf = (name: string): readonly string[] | undefined => (name === 'boxed' ? ['/box'] : undefined);
const remote = (body: unknown): Uint8Array => Buffer.from(JSON.stringify(body));

test('every default is one that may be written', () => {
  for (const { key, initial, schema } of Object.values(AGENT_SETTINGS))
    expect({ key, ok: schema.safeParse(initial).success }).toEqual({ key, ok: true });
});

test('the command line comes before the environment, that before the file, that before the defaults', () => {
  const path = file('room: file\nheartbeat: 5s\ngroups: [a]\n');
  const env = { AEGIS_AGENT_ROOM: 'env', AEGIS_AGENT_GROUPS: 'b, c', AEGIS_AGENT_PLUGIN_CPU: '7' };
  const loaded = loadAgentConfig({ file: path, env, words: { room: 'word' } });
  expect(loaded).toMatchObject({
    ok: true,
    value: {
      settings: { room: 'word', groups: ['b', 'c'], heartbeatMs: 5_000, pluginCpu: 7, transport: 'auto' },
    },
  });
});

test('every error is told at once, with its place and what would be right', () => {
  const path = file('room: 7\nserver: nowhere\ncolour: red\nplugins:\n  Bad: {}\n  mine: { command: [] }\n');
  const loaded = loadAgentConfig({ file: path, env: { AEGIS_AGENT_HEARTBEAT: 'often' }, words: {} });
  const errors = loaded.ok ? [] : loaded.error;
  expect(errors.map((line) => line.replace(path, 'F'))).toEqual([
    'F:3: colour: is no key here; see aegis-agent settings',
    expect.stringMatching(/^F:2: server: expected a URL .*; found "nowhere"$/),
    expect.stringMatching(/^F:1: room: expected a name; found 7$/),
    expect.stringMatching(/^AEGIS_AGENT_HEARTBEAT: heartbeat: expected a duration .*; found "often"$/),
    expect.stringMatching(/^F:4: plugins\.Bad: the name of a plugin/),
    expect.stringMatching(/^F:4: plugins\.mine\.command: /),
  ]);
});

test('a file of attackers is refused or harmless', () => {
  const bomb = 'a: &a [x, x]\nb: &b [*a, *a]\nplugins: *b\n';
  const refused = loadAgentConfig({ file: file(bomb), env: {}, words: {} });
  expect(refused.ok ? [] : refused.error).toEqual([expect.stringContaining('aliases are not read')]);
  expect(loadAgentConfig({ file: file('__proto__: { x: 1 }\n'), env: {}, words: {} }).ok).toBe(false);
  expect(loadAgentConfig({ file: join(folder, 'none.yaml'), env: {}, words: {} }).ok).toBe(false);
});

test('a server lowers limits and cannot raise them, and cannot say what is executed', () => {
  const local = load('plugin_memory: 64MiB\nplugins:\n  mine: { command: [/mine], limits: { cpu: 5 } }\n');
  const read = readRemoteConfig(
    remote({ plugins: { mine: { limits: { memory: 2 ** 40, cpu: 3 } }, boxed: { enabled: true } } }),
  );
  const plans = read.ok ? plansFor(local, read.value, commandOf) : read;
  expect(plans).toMatchObject({
    ok: true,
    value: [
      { name: 'mine', command: ['/mine'], limits: { memory: 64 * 1_048_576, cpu: 3, processes: 32 } },
      { name: 'boxed', command: ['/box'], limits: { cpu: 10 } },
    ],
  });
  expect(readRemoteConfig(remote({ plugins: { mine: { command: ['/bin/sh'] } } }))).toMatchObject({
    ok: false,
  });
  expect(plansFor(local, { plugins: { other: { enabled: true } } }, commandOf)).toEqual({
    ok: false,
    error: 'plugins.other: this host has no plugin of this name',
  });
});

test('what the owner of a host has turned off stays off', () => {
  const local = load('plugins:\n  boxed: { enabled: false }\n');
  expect(plansFor(local, { plugins: { boxed: { enabled: true } } }, commandOf)).toEqual({
    ok: true,
    value: [],
  });
});

test('the last good config outlives a restart and a bad one', () => {
  const local = load('plugins:\n  boxed: {}\n');
  const open = (): ConfigKeeper => new ConfigKeeper({ state: new StateFolder(folder), local, commandOf });
  const offer = (hash: number, body: unknown) => ({
    ...{ name: 'aegis.json', contentType: 'application/json', hash: Buffer.of(hash), body: remote(body) },
  });
  const one = open();
  expect(one.statusWith([], false)).toMatchObject({ status: 'unset' });
  expect(one.offer(offer(1, { plugins: { boxed: { settings: { a: 1 } } } }))).toBe(true);
  expect(one.offer(offer(2, { plugins: [] }))).toBe(false);
  expect(one.statusWith([], false)).toMatchObject({ status: 'failed', hash: Buffer.of(2) });
  expect(one.plans[0]?.settings).toEqual({ a: 1 });
  const two = open();
  expect(two.plans[0]?.settings).toEqual({ a: 1 });
  const report = { name: 'boxed', rolledBack: '', isProven: false } as PluginReport;
  expect(two.statusWith([report], false)).toMatchObject({ status: 'applying', hash: Buffer.of(1) });
  expect(two.statusWith([{ ...report, isProven: true }], false)).toMatchObject({ status: 'applied' });
  expect(two.statusWith([{ ...report, rolledBack: 'it died' }], false)).toMatchObject({
    status: 'failed',
    error: 'plugins.boxed: it died',
  });
});
