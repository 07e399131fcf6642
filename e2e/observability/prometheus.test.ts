import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describeWithReal, type PrometheusServer, startPrometheus } from '@aegis/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { analysed } from '../harness/analysed.ts';
import { eventually } from '../harness/eventually.ts';
import { pushLines } from '../harness/push-sessions.ts';
import { metricsIn, panelQueries } from './boards.ts';

const RECORDING = join(ROOT, 'apps', 'aegis', 'demo', 'recording', 'sessions.jsonl.gz');
const FILES = join(ROOT, 'integrations', 'prometheus');
/** What needs a mesh, a firewall, agents with flows or a guard that is on: evaluated here, without data. */
const WITHOUT_DATA =
  /aegis_(?:node_status|sync_latency|mesh_|enforcer_|guard_|scenario_alerts|notifications_dropped)/;
const LINES = 200;
const JSON_TYPE = { 'content-type': 'application/json' };
const TARGET = { scope: 'ip', value: '203.0.113.9' };
const BAN = JSON.stringify({ ...TARGET, action: 'ban', duration: '1h', reason: 'by hand' });
const LIFT = '/v1/decisions?scope=ip&value=203.0.113.9&false_positive=shared_address';

interface Vector {
  readonly result: readonly unknown[];
}

describeWithReal('prometheus', 'boards and alerts on a live node', () => {
  let folder: string;
  let node: RunningAegis;
  let prometheus: PrometheusServer;

  const samples = async (query: string): Promise<number> =>
    ((await prometheus.ask('query', { query })) as Vector).result.length;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'aegis-observability-'));
    writeFileSync(join(folder, 'feed.txt'), '198.51.100.1\n198.51.100.2\n');
    const channel = { name: 'away', kind: 'webhook', url: 'http://127.0.0.1:1/', group: '0s' };
    node = await startAegis({
      env: {
        AEGIS_FEEDS: JSON.stringify([
          { name: 'list', url: join(folder, 'feed.txt') },
          { name: 'gone', url: join(folder, 'gone.txt') },
        ]),
        AEGIS_NOTIFICATIONS_CHANNELS: JSON.stringify([channel]),
        AEGIS_NOTIFICATIONS_RULES: JSON.stringify([{ name: 'all', level: 'INFO', channels: ['away'] }]),
      },
    });
    const lines = gunzipSync(readFileSync(RECORDING)).toString().trim().split('\n');
    for (let at = 0; at < lines.length; at += LINES)
      await pushLines(node, `${lines.slice(at, at + LINES).join('\n')}\n`);
    await analysed(node);

    cpSync(FILES, folder, { recursive: true });
    const config = readFileSync(join(FILES, 'prometheus.yml'), 'utf8')
      .replaceAll('15s', '1s')
      .replace('127.0.0.1:8411', new URL(node.api).host);
    writeFileSync(join(folder, 'prometheus.yml'), config);
    writeFileSync(join(folder, 'aegis.key'), node.key);
    prometheus = await startPrometheus(join(folder, 'prometheus.yml'));
    // Rates are of what goes on while it looks.
    await eventually(
      'Prometheus has seen the node at work',
      async () => {
        await node.fetch('/v1/decisions', { method: 'POST', headers: JSON_TYPE, body: BAN });
        await node.get('/v1/check?address=203.0.113.9');
        await node.fetch(LIFT, { method: 'DELETE' });
        const seen = await samples('sum(rate(firewall_block_hits_total{result="block"}[1m])) > 0');
        return seen > 0 && (await samples('count_over_time(up[2m]) >= 4')) > 0 ? true : undefined;
      },
      60_000,
    );
  }, 150_000);

  afterAll(async () => {
    await prometheus?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('every metric that boards and alerts name is one that there is', () => {
    const known = new Set(
      [...readFileSync(join(ROOT, 'docs', 'metrics.md'), 'utf8').matchAll(/`(\w+)`/g)].map(
        ([, name]) => name,
      ),
    );
    const rules = readFileSync(join(FILES, 'aegis-alerts.yml'), 'utf8');
    const used = [rules, ...panelQueries().map(({ expr }) => expr)].flatMap(metricsIn);
    expect(used.length).toBeGreaterThan(50);
    expect(used.filter((name) => !known.has(name) && !/^aegis_(?:process|nodejs)_/.test(name))).toEqual([]);
  });

  test('every query of every panel is answered, with data where this node has the part', async () => {
    const queries = panelQueries();
    expect(queries.length).toBeGreaterThan(40);
    const empty: string[] = [];
    for (const { board, panel, expr } of queries) {
      const count = await samples(expr);
      if (count === 0 && !WITHOUT_DATA.test(expr)) empty.push(`${board}, ${panel}: ${expr}`);
    }
    expect(empty).toEqual([]);
  });

  test('promtool finds nothing wrong, and every alert is evaluated without error', async () => {
    execFileSync('promtool', ['check', 'rules', join(FILES, 'aegis-alerts.yml')], { stdio: 'pipe' });
    execFileSync('promtool', ['check', 'config', join(folder, 'prometheus.yml')], { stdio: 'pipe' });
    const rules = await eventually('all rules are evaluated', async () => {
      const { groups } = (await prometheus.ask('rules')) as {
        groups: { rules: { name: string; health: string; lastError?: string }[] }[];
      };
      const all = groups.flatMap((group) => group.rules);
      return all.every(({ health }) => health !== 'unknown') ? all : undefined;
    });
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    expect(rules.length).toBeGreaterThan(15);
  });

  test('however many attackers there were, the node shows few series of any metric', async () => {
    const text = await (await node.fetch('/metrics')).text();
    const series = text.split('\n').filter((line) => /^(?:aegis|firewall)_/.test(line));
    const byName = Map.groupBy(series, (line) => /^\w+/.exec(line)?.[0] ?? '');
    expect([...byName].filter(([, lines]) => lines.length > 500).map(([name]) => name)).toEqual([]);
    // Routes, scopes, levels, names of the config and of rules: nothing that a client wrote.
    const values = series.flatMap((line) => [...line.matchAll(/="([^"]*)"/g)].map(([, value = '']) => value));
    expect(values.filter((value) => !/^[\w.:+/{}* -]{1,80}$/.test(value))).toEqual([]);
    expect(values.filter((value) => /^\d+\.\d+\.\d+\.\d+$/.test(value))).toEqual([]);
  });

  test('a node that is gone is noticed', async () => {
    await node.stop();
    await eventually('the alert is raised', async () =>
      (await samples('ALERTS{alertname="AegisNodeDown"}')) > 0 ? true : undefined,
    );
  });
});
