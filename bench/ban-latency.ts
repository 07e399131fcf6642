import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createNetwork, type NetworkHost, unpackedPackage, unpackPackage } from '@aegis/testing';
import { startAegisNode } from './aegis-node.ts';
import type { BanTrials } from './ban-trials.ts';
import { startCrowdsecLapi } from './crowdsec-lapi.ts';
import type { Bench, Result } from './result.ts';
import { runChild } from './run-child.ts';

const GATEWAY = '10.81.0.1';
const VISITOR = '10.81.0.2';
const PORT = 9_999;
const NAMES = ['to_nftables_p50', 'to_nftables_p99', 'to_nginx_p99', 'peer_to_nftables_p50'] as const;
type Name = (typeof NAMES)[number];

/**
 * From the asking for a ban, by HTTP, until the last packet that still came through, in network namespaces: a node that
 * enforces by nftables itself, and CrowdSec's server with its firewall bouncer as Debian configures it. The same until
 * the first 403 of nginx as it is shipped here. Needs root.
 */
export const bench: Bench = async ({ quick }) => {
  if (process.getuid?.() !== 0) return NAMES.map((name) => missing(name, 'network namespaces need root'));
  const count = quick ? 20 : 200;
  const dropped = await scene(count, (on) => toNftables(on));
  const refused = await scene(count, (on) => toNginx(on));
  const peer = await scene(quick ? 2 : 15, (on) => peerToNftables(on));
  const note = `${count} bans`;
  const value = (name: Name, from: readonly number[], part: number): Result => ({
    ...{ name, unit: 'ms', better: 'lower', value: quantile(from, part), best: quantile(from, 0), note },
  });
  return [
    value('to_nftables_p50', dropped, 0.5),
    value('to_nftables_p99', dropped, 0.99),
    typeof refused === 'string' ? missing('to_nginx_p99', refused) : value('to_nginx_p99', refused, 0.99),
    typeof peer === 'string'
      ? missing('peer_to_nftables_p50', peer)
      : { ...value('peer_to_nftables_p50', peer, 0.5), note: `${peer.length} bans, asked for every 10 s` },
  ];
};

interface Scene {
  readonly gateway: NetworkHost;
  readonly folder: string;
  readonly addresses: readonly string[];
  /** A process on the gateway, ended with the scene. */
  start(command: readonly string[], env?: Readonly<Record<string, string>>): void;
  trials(
    options: Pick<BanTrials, 'kind' | 'everyMs' | 'silenceMs' | 'pauseMs' | 'request'>,
  ): Promise<readonly number[]>;
}

async function scene<T>(count: number, body: (on: Scene) => Promise<T>): Promise<T> {
  const network = createNetwork();
  const folder = mkdtempSync(join(tmpdir(), 'aegis-bench-'));
  const children: ChildProcess[] = [];
  const start = (command: readonly string[], env: Readonly<Record<string, string>> = {}): void => {
    const [program = '', ...words] = command;
    children.push(spawn(program, words, { stdio: 'ignore', env: { ...process.env, ...env } }));
  };
  try {
    const gateway = network.host(`${GATEWAY}/16`);
    const addresses = Array.from({ length: count }, (_, n) => `10.81.${1 + (n >> 7)}.${1 + (n & 127)}`);
    const visitors = network.host(`${VISITOR}/16`, ...addresses.map((address) => `${address}/16`));
    const script = join(import.meta.dirname, 'visitor.ts');
    start(visitors.inside(process.execPath, script, GATEWAY, VISITOR, String(PORT)));
    return await body({
      gateway,
      folder,
      addresses,
      start: (command, env) => start(gateway.inside(...command), env),
      trials: (options) =>
        runChild<readonly number[]>(
          'ban-trials.ts',
          { ...options, visitor: VISITOR, gateway: GATEWAY, port: PORT, addresses } satisfies BanTrials,
          gateway.inside(),
        ),
    });
  } finally {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    network.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

const wish = (key: string, api: string): BanTrials['request'] => ({
  url: `${api}/v1/decisions`,
  headers: { 'x-api-key': key, 'content-type': 'application/json' },
  body: '[{"scope":"ip","value":"{address}","reason":"bench"}]',
});

async function toNftables({ gateway, trials }: Scene): Promise<readonly number[]> {
  const node = await startAegisNode({ AEGIS_ENFORCE_NFTABLES_ENABLED: 'true' }, gateway.inside());
  try {
    const request = wish(node.key, node.api);
    return await trials({ kind: 'packets', everyMs: 0, silenceMs: 150, pauseMs: 50, request });
  } finally {
    await node.stop();
  }
}

async function toNginx({ gateway, folder, start, trials }: Scene): Promise<readonly number[] | string> {
  const node = await startAegisNode(
    { AEGIS_HTTP_PORT: '8411', AEGIS_HTTP_TRUSTED_PROXIES: '127.0.0.1' },
    gateway.inside(),
  );
  try {
    const shipped = (name: string): string =>
      readFileSync(join(import.meta.dirname, '..', 'integrations', 'nginx', name), 'utf8');
    writeFileSync(join(folder, 'aegis-upstream.conf'), shipped('aegis-upstream.conf'));
    writeFileSync(join(folder, 'aegis.conf'), shipped('aegis.conf').replace('AEGIS_KEY"', `${node.key}"`));
    const config = join(folder, 'nginx.conf');
    writeFileSync(config, shipped('nginx.conf').replaceAll('/etc/nginx/', `${folder}/`));
    const app = "require('node:http').createServer((q, r) => r.end('here')).listen(3000, '127.0.0.1')";
    start([process.execPath, '-e', app]);
    const outside = `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;`;
    start(['nginx', '-p', folder, '-c', config, '-g', outside]);
    await sleep(1_500);
    const request = wish(node.key, node.api);
    return await trials({ kind: 'requests', everyMs: 0, silenceMs: 0, pauseMs: 20, request });
  } finally {
    await node.stop();
  }
}

async function peerToNftables({
  gateway,
  folder,
  start,
  trials,
}: Scene): Promise<readonly number[] | string> {
  for (const name of ['crowdsec', 'crowdsec-firewall-bouncer']) {
    if (unpackedPackage(name).version !== undefined) continue;
    const why = unpackPackage(name);
    if (why !== '') return `${name} could not be unpacked: ${why}`;
  }
  const lapi = await startCrowdsecLapi(8_080, [], gateway.inside());
  if (typeof lapi === 'string') return lapi;
  try {
    await sleep(5_000);
    const config = join(folder, 'bouncer.yaml');
    writeFileSync(
      config,
      `mode: nftables
update_frequency: 10s
daemonize: false
log_mode: stdout
log_level: error
api_url: ${lapi.url}/
api_key: ${lapi.key}
deny_action: DROP
supported_decisions_types: [ban]
nftables:
  ipv4: { enabled: true, set-only: false, table: crowdsec, chain: crowdsec-chain }
  ipv6: { enabled: false }
prometheus: { enabled: false }
`,
    );
    const { root } = unpackedPackage('crowdsec-firewall-bouncer');
    start([join(root, 'usr/bin/crowdsec-firewall-bouncer'), '-c', config]);
    const login = JSON.stringify({
      machine_id: lapi.machine.id,
      password: lapi.machine.password,
      scenarios: [],
    });
    const words = ['-s', '-H', 'content-type: application/json', '-A', 'bench/1', '-d', login];
    const answer = await gateway.run('curl', ...words, `${lapi.url}/v1/watchers/login`);
    const { token } = JSON.parse(answer) as { readonly token: string };
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'user-agent': 'bench/1',
    };
    const request = { url: `${lapi.url}/v1/alerts`, headers, body: alert() };
    // Not in step with the bouncer's own asking.
    return await trials({ kind: 'packets', everyMs: 5, silenceMs: 400, pauseMs: 3_700, request });
  } finally {
    await lapi.stop();
  }
}

function alert(): string {
  const now = new Date().toISOString();
  const source = { scope: 'Ip', value: '{address}', ip: '{address}' };
  const about = {
    scenario: 'bench',
    scenario_hash: '',
    scenario_version: '',
    message: 'bench',
    simulated: false,
  };
  const decision = {
    origin: 'cscli',
    type: 'ban',
    scope: 'Ip',
    value: '{address}',
    duration: '4h',
    scenario: 'bench',
  };
  const counts = { events_count: 1, capacity: 0, leakspeed: '0s', events: [] };
  return JSON.stringify([
    { ...about, ...counts, start_at: now, stop_at: now, source, decisions: [decision] },
  ]);
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.floor(sorted.length * part));
  return Math.round((sorted[at] as number) * 1_000) / 1_000;
}

function missing(name: Name, why: string): Result {
  return { name, unit: 'ms', better: 'lower', value: null, why };
}
