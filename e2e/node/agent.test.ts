import { generateKeyPairSync, sign } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@aegis/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { type AgentStatusText, type RunningAgent, startAgent } from '../harness/agent-process.ts';
import { eventually } from '../harness/eventually.ts';

const PATIENCE_MS = 90_000;
const folder = mkdtempSync(join(tmpdir(), 'aegis-agents-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Waits for a status of the agent, and tells its log where it never comes. */
async function until(
  agent: RunningAgent,
  what: string,
  holds: (status: AgentStatusText) => boolean,
): Promise<AgentStatusText> {
  let last: AgentStatusText | undefined;
  const seen = eventually(
    what,
    async () => {
      last = agent.status();
      return last !== undefined && holds(last) ? last : undefined;
    },
    PATIENCE_MS,
  );
  return seen.catch((error: unknown) => {
    throw new Error(`${String(error)}\n${JSON.stringify(last)}\n${agent.log()}`);
  });
}

function guessPasswords(log: string, from: string): void {
  const at = new Date().toISOString();
  for (let n = 0; n < 8; n++)
    appendFileSync(log, `${at} web sshd[4${n}]: Failed password for root from ${from} port 4${n}000 ssh2\n`);
}

/** Of the watcher of sign-ins, on this log. */
function watching(log: string): Readonly<Record<string, unknown>> {
  writeFileSync(log, '');
  return { heartbeat: '2s', plugins: { 'auth-log': { settings: { files: [log] } } } };
}

/** A plugin that starts in no time: it refuses settings with `bad`, and proposes a ban for the address in a file. */
const SCRIPT = `read -r start
case "$start" in *bad*) echo '{"type":"refused","error":"level: bad"}'; exit 1;; esac
echo '{"type":"ready"}'
while :; do
  if [ -f "$0" ]; then
    echo '{"type":"finding","finding":{"kind":"proposal","at":'$(date +%s)000',"address":"'$(cat "$0")'",'\
'"action":"ban","durationMs":600000,"reason":"r","rule":"told","confidence":80}}'
    rm "$0"
  fi
  sleep 0.2
done`;

function scripted(file: string): Readonly<Record<string, unknown>> {
  const command = ['/bin/sh', '-c', SCRIPT, file];
  return { proven_after: '1s', heartbeat: '2s', plugins: { script: { command } } };
}

const runs = (name: string, { connected, health }: AgentStatusText): boolean =>
  connected && health.components[name]?.status.startsWith('running') === true;
const isStopped = ({ state, health }: AgentStatusText): boolean =>
  state === 'HALTED' && health.components.script?.status.startsWith('stopped') === true;

describe('agents of a node', () => {
  let node: RunningAegis;
  let port: number;
  let fleet: { readonly server: string; readonly key: string; readonly fleetKey: string };
  const dataDir = join(folder, 'node');
  const start = (): Promise<RunningAegis> =>
    startAegis({ dataDir, env: { AEGIS_FLEET_ENABLED: 'true', AEGIS_FLEET_PORT: String(port) } });

  beforeAll(async () => {
    port = await freePort();
    node = await start();
    const { stdout } = await node.run(['keys', 'create', 'hosts', '--role', 'agent', '--json']);
    fleet = {
      server: `http://127.0.0.1:${port}/v1/opamp`,
      key: (JSON.parse(stdout) as { readonly key: string }).key,
      fleetKey: readFileSync(join(dataDir, 'fleet.pub'), 'utf8'),
    };
  });
  afterAll(() => node.stop());

  test('who guesses passwords at one host is banned by the node, and the other host has the ban', async () => {
    const log = join(folder, 'one.log');
    const one = startAgent({ ...fleet, config: { ...watching(log), groups: ['web'] } });
    const two = startAgent({ ...fleet, config: { transport: 'http', heartbeat: '1s' } });
    await until(one, 'the watcher works', (status) => runs('auth-log', status));
    await until(two, 'it is connected', ({ connected }) => connected);
    guessPasswords(log, '203.0.113.77');
    for (const agent of [one, two])
      await until(agent, 'the ban is on its list', ({ decisions }) =>
        decisions.some(({ value }) => value === '203.0.113.77'),
      );
    expect((await node.fetch('/v1/check?address=203.0.113.77')).status).toBe(403);
    const { decisions } = await node.get<{ decisions: { decision: { source: string } }[] }>(
      '/v1/decisions?value=203.0.113.77&scope=ip',
    );
    expect(decisions[0]?.decision.source).toBe('agent/auth-log/host-sign-in-guessing');
    await until(one, 'nothing is held', ({ health }) =>
      /^(\d+) made = \1 sent \+ 0 dropped \+ 0 held$/.test(health.components['agent:findings']?.status ?? ''),
    );
    // A lift reaches them as well.
    expect((await node.run(['decisions', 'delete', '203.0.113.77'])).code).toBe(0);
    for (const agent of [one, two])
      await until(agent, 'the ban is gone', ({ decisions: held }) => held.length === 0);
    await Promise.all([one.stop(), two.stop()]);
  });

  test('a config is applied, a bad one is told to be bad, and neither stops the agent', async () => {
    const agent = startAgent({
      ...fleet,
      config: { ...scripted(join(folder, 'conf')), groups: ['conf'] },
    });
    await until(agent, 'it works', (status) => runs('script', status));
    const set = async (body: unknown): Promise<void> => {
      const file = join(folder, 'config.json');
      writeFileSync(file, JSON.stringify(body));
      const { code, stderr } = await node.run([
        'fleet',
        'config',
        'set',
        'group:conf',
        file,
        '--reason',
        'r',
      ]);
      expect({ code, stderr }).toMatchObject({ code: 0 });
    };
    await set({ plugins: { script: { settings: { level: 'good' } } } });
    await until(agent, 'applied', ({ config }) => config.status === 'applied');
    await set({ plugins: { script: { settings: { level: 'bad' } } } });
    const refused = await until(agent, 'rolled back', ({ config }) => config.status === 'failed');
    expect(refused.config.error).toContain('level');
    await until(agent, 'it works under the config before', (status) => runs('script', status));
    await set({ plugins: { mine: { enabled: true } } });
    const unknown = await until(agent, 'refused', ({ config }) => config.error.includes('mine'));
    expect(unknown.health.components.script?.healthy).toBe(true);
    await agent.stop();
  });

  test('a halt outlives the server and the agent, and what is found meanwhile is not lost', async () => {
    const file = join(folder, 'halt');
    const home = join(folder, 'halted');
    const config = scripted(file);
    const begin = (): RunningAgent => startAgent({ ...fleet, config, folder: home });
    let agent = begin();
    await until(agent, 'it works', (status) => runs('script', status));
    await node.run(['fleet', 'halt', '--reason', 'a test']);
    await until(agent, 'halted, and nothing runs', isStopped);
    await eventually('the node knows', async () => {
      const { halted: count } = await node.get<{ halted: number }>('/v1/fleet');
      return count >= 1 ? true : undefined;
    });
    await node.stop();
    await agent.kill();
    agent = begin();
    const still = await until(agent, 'halted without a server', isStopped);
    expect(still).toMatchObject({ connected: false });
    node = await start();
    await node.run(['fleet', 'resume', '--reason', 'a test']);
    await until(agent, 'it works again', (status) => runs('script', status));
    // Away again: what is found is held, and told when the server is back.
    await node.stop();
    writeFileSync(file, '203.0.113.78');
    await until(agent, 'it is held', ({ health }) =>
      / [1-9]\d* held$/.test(health.components['agent:findings']?.status ?? ''),
    );
    node = await start();
    await until(agent, 'the ban', ({ decisions }) => decisions.some(({ value }) => value === '203.0.113.78'));
    await agent.stop();
  });
});

describe('an order without a server', () => {
  const keys = generateKeyPairSync('ed25519');
  const fleetKey = String(keys.publicKey.export({ type: 'spki', format: 'pem' }));
  let orders: Server;
  let url: string;
  let order = '';
  let looked = 0;

  beforeAll(async () => {
    orders = createServer((_, response) => {
      looked++;
      response.end(order);
    });
    await new Promise<void>((resolve) => orders.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(orders.address() as AddressInfo).port}/order`;
  });
  afterAll(() => void orders.close());

  /** As a fleet server signs it. */
  const signed = (epoch: number, state: string, key = keys.privateKey): string => {
    const text = JSON.stringify({ epoch, state, at: 1, by: 'ann', reason: 'r' });
    const signature = sign(null, Buffer.from(`aegis halt order v1\n${text}`), key).toString('base64');
    return JSON.stringify({ order: text, signature });
  };

  test('is obeyed before anything runs; a forged or an old one is not', async () => {
    order = signed(7, 'halted');
    const nowhere = `http://127.0.0.1:${await freePort()}/v1/opamp`;
    const agent = startAgent({
      ...{ server: nowhere, key: 'k', fleetKey },
      config: { ...scripted(join(folder, 'away')), order_url: url },
    });
    const halted = await until(agent, 'halted', isStopped);
    expect(halted.health.components.script?.status).toMatch(/^stopped, 0 starts/);
    order = signed(9, 'running', generateKeyPairSync('ed25519').privateKey);
    const forged = await until(
      agent,
      'the forged order is refused',
      ({ health }) => health.components['agent:orders']?.healthy === false,
    );
    expect(forged.state).toBe('HALTED');
    order = signed(6, 'running');
    const before = looked;
    await eventually(
      'it has looked at the old one',
      async () => (looked > before ? true : undefined),
      PATIENCE_MS,
    );
    expect(agent.status()?.state).toBe('HALTED');
    order = signed(8, 'running');
    await until(agent, 'it goes on', ({ state }) => state === 'NORMAL');
    const { code, stdout } = await agent.run(['status']);
    expect({ code, stdout }).toMatchObject({ code: 1, stdout: expect.stringContaining('forged orders') });
    await agent.stop();
  });
});
