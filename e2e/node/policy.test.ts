import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { jsonDocument } from '../harness/json-document.ts';

const folder = mkdtempSync(join(tmpdir(), 'aegis-policy-'));
const dataDir = join(folder, 'data');
let node: RunningAegis;
beforeAll(async () => {
  node = await startAegis({ dataDir });
});
afterAll(async () => {
  await node.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Version {
  readonly version: number;
  readonly policy: Readonly<Record<string, unknown>>;
}

const strategies = [
  { name: 'operator', origins: ['operator'], weight: 10, freshness: { kind: 'none' } },
  { name: 'lists', origins: ['import'], mode: 'shadow' },
  { name: 'others', origins: ['*'] },
];
const file = (name: string, policy: object): string => {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify({ name, strategies, ...policy }));
  return path;
};
const verdict = async (address: string): Promise<string> =>
  (await node.get<{ outcome: string }>(`/v1/check?address=${address}`)).outcome;
const blockList = async (): Promise<readonly string[]> =>
  (await (await node.fetch('/v1/decisions/export?format=plain')).text()).split('\n').filter(Boolean).sort();

test('a policy changes verdicts and what enforcers get, survives kill -9, and is taken back exactly', async () => {
  for (const [value, origin] of [
    ['198.51.100.1', 'operator'],
    ['198.51.100.2', 'import'],
    ['203.0.113.3', 'operator'],
  ]) {
    const body = JSON.stringify({ scope: 'ip', value, origin, reason: 'e2e' });
    await node.fetch('/v1/decisions', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
  }
  const before = await node.get<Version>('/v1/policy');
  expect(await blockList()).toEqual(['198.51.100.1', '198.51.100.2', '203.0.113.3']);
  const trial = file('trial', { exempt: ['203.0.113.0/24'] });
  expect((await node.run(['policy', 'apply', trial, '--reason', 'e2e'])).code).toBe(0);
  const outcomes = async () => Promise.all(['198.51.100.1', '198.51.100.2', '203.0.113.3'].map(verdict));
  expect(await outcomes()).toEqual(['block', 'none', 'allow']);
  expect(await blockList()).toEqual(['198.51.100.1']);

  await node.kill();
  node = await startAegis({ dataDir });
  expect(await node.get<Version>('/v1/policy')).toMatchObject({ version: 1, policy: { name: 'trial' } });
  expect(await outcomes()).toEqual(['block', 'none', 'allow']);
  const metrics = await (await node.fetch('/metrics')).text();
  expect(metrics).toContain('aegis_policy_version 1');
  expect(metrics).toMatch(/aegis_strategy_decided_total\{strategy="lists",mode="shadow"\} 1/);

  expect((await node.run(['policy', 'rollback', '0', '--reason', 'enough'])).code).toBe(0);
  expect(await outcomes()).toEqual(['block', 'block', 'block']);
  expect(await blockList()).toEqual(['198.51.100.1', '198.51.100.2', '203.0.113.3']);
  expect((await node.get<Version>('/v1/policy')).policy).toEqual(before.policy);
  const audit = await node.get<{ entries: readonly { action: string; result: string }[] }>(
    '/v1/audit?limit=5',
  );
  expect(audit.entries.map(({ action, result }) => `${action} ${result}`)).toEqual(
    expect.arrayContaining(['policy.rollback ok', 'policy.apply ok']),
  );
});

test('of two commands that change the policy at once, one wins and the other is told why', async () => {
  const { version } = await node.get<Version>('/v1/policy');
  const apply = (name: string) =>
    node.run(['policy', 'apply', file(name, {}), '--reason', name, '--base', String(version)]);
  const ends = await Promise.all([apply('one'), apply('two')]);
  expect(new Set(ends.map(({ code }) => code))).toEqual(new Set([0, 2]));
  expect(ends.find(({ code }) => code === 2)?.stderr).toContain(`version ${version + 1}`);
  expect((await node.get<Version>('/v1/policy')).version).toBe(version + 1);
});

test('a simulation counts what asking for each verdict before and after applying counts', async () => {
  const { policy } = await node.get<Version>('/v1/policy');
  const current = join(folder, 'current.json');
  writeFileSync(current, JSON.stringify({ ...policy, strategies: [{ name: 'all', origins: ['*'] }] }));
  await node.run(['policy', 'apply', current, '--reason', 'all count', '--force']);
  // By a fixed rule, so that clients meet none, one or both of the decisions.
  const addresses = Array.from({ length: 400 }, (_, n) => `198.18.${(n * 7) % 16}.${(n * 13) % 250}`);
  for (const [value, origin] of [
    ['198.18.0.0/22', 'import'],
    ['198.18.2.0/23', 'operator'],
    ['198.18.8.0/24', 'import'],
  ]) {
    const body = JSON.stringify({
      scope: 'range',
      value,
      origin,
      action: origin === 'import' ? 'ban' : 'captcha',
      reason: 'e2e',
    });
    await node.fetch('/v1/decisions', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
  }
  const log = join(folder, 'access.log');
  const stamp = (n: number): string =>
    `27/Oct/2026:02:${String(Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')} +0000`;
  writeFileSync(
    log,
    addresses
      .map((address, n) => `${address} - - [${stamp(n)}] "GET /${n} HTTP/1.1" 200 1 "-" "x"\n`)
      .join(''),
  );
  const proposed = file('proposed', { exempt: ['198.18.3.0/25', '198.18.12.0/24'] });
  const { stdout, code } = await node.run([
    'policy',
    'simulate',
    proposed,
    '--traffic',
    log,
    '--decisions',
    'now',
    '--json',
  ]);
  expect(code).toBe(0);
  const { report } = jsonDocument<{
    report: {
      requests: number;
      changed: number;
      transitions: readonly { from: string; to: string; requests: number }[];
      changedClients: { count: number };
    };
  }>(stdout);

  const ask = async (): Promise<readonly string[]> => {
    const body = JSON.stringify({ checks: addresses.map((address) => ({ address })) });
    const response = await node.fetch('/v1/check', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    return ((await response.json()) as { verdicts: readonly { outcome: string }[] }).verdicts.map(
      ({ outcome }) => outcome,
    );
  };
  const before = await ask();
  expect((await node.run(['policy', 'apply', proposed, '--reason', 'as simulated', '--force'])).code).toBe(0);
  const after = await ask();
  const expected = new Map<string, number>();
  const clients = new Set<string>();
  for (const [index, from] of before.entries()) {
    if (from === after[index]) continue;
    expected.set(`${from} ${after[index]}`, (expected.get(`${from} ${after[index]}`) ?? 0) + 1);
    clients.add(addresses[index] as string);
  }
  expect(expected.size).toBeGreaterThan(2);
  expect(new Map(report.transitions.map(({ from, to, requests }) => [`${from} ${to}`, requests]))).toEqual(
    expected,
  );
  expect(report).toMatchObject({ requests: addresses.length, changedClients: { count: clients.size } });
});
