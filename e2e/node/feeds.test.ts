import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ROOT, startAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';

const IPSUM = join(ROOT, '..', 'shared', 'data', 'prefixes', 'ipsum.txt.gz');

interface Feed {
  readonly name: string;
  readonly state: string;
  readonly indicators: number;
  readonly trouble: string;
}

interface Verdict {
  readonly outcome: string;
  readonly reason: string;
  readonly decision?: string;
}

test('a node polls a feed, keeps its last good state when the server goes bad, and over kill -9 without a network', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-feeds-e2e-'));
  const statuses: number[] = [];
  let bad = false;
  const server = createServer((request, response) => {
    const known = request.headers['if-none-match'] === '"v1"';
    response.statusCode = bad ? 500 : known ? 304 : 200;
    statuses.push(response.statusCode);
    response.setHeader('etag', '"v1"').end(bad || known ? '' : '192.0.2.1 # c2\nevil[.]example\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/list.txt`;
  const config = join(folder, 'aegis.yaml');
  writeFileSync(config, `feeds:\n  - {name: drop, url: "${url}", interval: 1s}\n`);
  const options = { dataDir: join(folder, 'data'), env: { AEGIS_CONFIG: config } };
  let node = await startAegis(options);
  const feed = async (): Promise<Feed> => (await node.get<{ feeds: [Feed] }>('/v1/feeds')).feeds[0];
  const check = (address: string): Promise<Verdict> => node.get(`/v1/check?address=${address}`);
  try {
    await eventually('the feed is loaded', async () =>
      (await feed()).state === 'current' ? true : undefined,
    );
    expect(await check('192.0.2.1')).toMatchObject({
      reason: 'listed by feed drop: c2',
      decision: 'feed:drop:ip:192.0.2.1',
    });
    expect(await check('192.0.2.2')).toMatchObject({ outcome: 'none' });
    expect(await node.get('/v1/decisions/feed%3Adrop%3Aip%3A192.0.2.1')).toMatchObject({
      standing: { in_force: true, decision: { origin: 'feed:drop' } },
      history: [],
    });
    expect(await node.get('/v1/decisions')).toMatchObject({ decisions: [] });
    await eventually('it is asked again', async () => (statuses.includes(304) ? true : undefined));

    bad = true;
    const stale = await eventually('the trouble is told', async () => {
      const now = await feed();
      return now.state === 'stale' ? now : undefined;
    });
    expect(stale).toMatchObject({ indicators: 2, trouble: expect.stringContaining('500') });
    expect(await check('192.0.2.1')).toMatchObject({ outcome: 'block' });
    const shown = await node.run(['feeds', 'list']);
    expect(shown.stdout).toMatch(/drop +stale +ban +2/);
    expect(shown.stdout).toContain('its last good state is in force');
    const health = await node.get<{ ready: boolean; parts: Record<string, { ok: boolean }> }>('/v1/node');
    expect(health.ready).toBe(true);
    expect(health.parts['feed drop']?.ok).toBe(false);
    const failed = await node.run(['feeds', 'refresh', 'drop']);
    expect([failed.code, failed.stdout]).toEqual([
      1,
      expect.stringContaining('2 indicators of its last good state stay'),
    ]);

    await new Promise((resolve) => server.close(resolve));
    await node.kill();
    node = await startAegis(options);
    expect(await check('192.0.2.1')).toMatchObject({ reason: 'listed by feed drop: c2' });
    expect((await node.run(['check', '192.0.2.1'])).stdout).toContain('listed by feed drop');
  } finally {
    await node.stop();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test.runIf(existsSync(IPSUM))(
  '120,000 real addresses: those listed are refused and others are not',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aegis-ipsum-e2e-'));
    const config = join(folder, 'aegis.yaml');
    writeFileSync(config, `feeds:\n  - {name: ipsum, url: "${IPSUM}", category: scanner}\n`);
    const node = await startAegis({ dataDir: join(folder, 'data'), env: { AEGIS_CONFIG: config } });
    try {
      const { feeds } = await eventually('the feed is loaded', async () => {
        const answer = await node.get<{ feeds: [Feed] }>('/v1/feeds');
        return answer.feeds[0].state === 'current' ? answer : undefined;
      });
      const listed = gunzipSync(readFileSync(IPSUM))
        .toString()
        .split('\n')
        .filter((line) => /^\d/.test(line))
        .map((line) => line.split('\t')[0] as string);
      expect(feeds[0].indicators).toBeGreaterThan(listed.length * 0.99);
      const some = listed.filter((_, index) => index % 173 === 0).slice(0, 500);
      const all = new Set(listed);
      const others = some
        .map((address) => address.replace(/\d+$/, (low) => String((Number(low) + 101) % 256)))
        .filter((address) => !all.has(address));
      const ask = async (addresses: readonly string[]): Promise<readonly Verdict[]> => {
        const body = JSON.stringify({ checks: addresses.map((address) => ({ address })) });
        const headers = { 'content-type': 'application/json' };
        const answer = await node.fetch('/v1/check', { method: 'POST', headers, body });
        return ((await answer.json()) as { verdicts: readonly Verdict[] }).verdicts;
      };
      expect((await ask(some)).every(({ outcome }) => outcome === 'block')).toBe(true);
      expect((await ask(others)).every(({ outcome }) => outcome === 'none')).toBe(true);
      expect(others.length).toBeGreaterThan(300);
    } finally {
      await node.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
