import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningAegis, spawnAegis, startAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';

let folder: string;
let list: string;
let node: RunningAegis;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-listed-'));
  list = join(folder, 'drop.txt');
  writeFileSync(list, '192.0.2.1\n198.51.100.0/24\nevil.example\n');
  node = await startAegis({
    env: {
      AEGIS_FEEDS: JSON.stringify([{ name: 'drop', url: list }]),
      AEGIS_CROWDSEC_ENABLED: 'true',
      AEGIS_CROWDSEC_PORT: '0',
    },
  });
});
afterAll(async () => {
  await node?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface LapiStream {
  readonly new: readonly { readonly origin: string; readonly value: string }[] | null;
  readonly deleted: readonly { readonly value: string }[] | null;
}

test('what a feed lists is given to firewalls and to bouncers, and what it no longer lists is taken back', {
  timeout: 120_000,
}, async () => {
  const created = await node.run(['keys', 'create', 'bouncer', '--role', 'enforcer', '--json']);
  const { key } = JSON.parse(created.stdout) as { key: string };
  const { crowdsec } = JSON.parse(readFileSync(join(node.dataDir, 'running.json'), 'utf8')) as {
    crowdsec: string;
  };
  const stream = async (startup: boolean): Promise<LapiStream> => {
    const answer = await fetch(`${crowdsec}/v1/decisions/stream?startup=${startup}`, {
      headers: { 'x-api-key': key },
    });
    return (await answer.json()) as LapiStream;
  };
  const listed = await eventually('the bouncer is told', async () => (await stream(true)).new ?? undefined);
  expect(listed.map(({ origin, value }) => `${origin} ${value}`).sort()).toEqual([
    'lists 192.0.2.1',
    'lists 198.51.100.0/24',
  ]);

  // The answer before the last is always told again: from now on that is not everything.
  await stream(false);
  const enforcer = spawnAegis(['enforce', 'nftables', '--dry-run', '--data-dir', node.dataDir]);
  let commands = '';
  enforcer.stdout?.on('data', (chunk: Buffer) => {
    commands += chunk.toString();
  });
  const says = (pattern: RegExp): Promise<true> =>
    eventually(String(pattern), async () => (pattern.test(commands) ? true : undefined));
  await says(/add element inet aegis ban4_32 \{ 192\.0\.2\.1 timeout/);
  await says(/add element inet aegis ban4_24 \{ 198\.51\.100\.0 timeout/);

  writeFileSync(list, '192.0.2.9\n198.51.100.0/24\nevil.example\n');
  expect(await node.run(['feeds', 'refresh', 'drop'])).toMatchObject({ code: 0 });
  await says(/delete element inet aegis ban4_32 \{ 192\.0\.2\.1 \}/);
  await says(/add element inet aegis ban4_32 \{ 192\.0\.2\.9 timeout/);
  const delta = await stream(false);
  expect(delta.new?.map(({ value }) => value)).toContain('192.0.2.9');
  expect(delta.deleted?.map(({ value }) => value)).toEqual(['192.0.2.1']);
  enforcer.kill('SIGTERM');
});
