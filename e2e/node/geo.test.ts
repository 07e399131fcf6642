import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aegis, ROOT, type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { analysed } from '../harness/analysed.ts';
import { eventually } from '../harness/eventually.ts';
import { jsonDocument } from '../harness/json-document.ts';

const DATABASES = join(ROOT, '..', 'shared', 'data', 'mmdb');
/** Of the test databases: GB, and AS 1221. */
const BRITISH = '81.2.69.160';
const TELSTRA = '1.128.0.1';

describe.runIf(existsSync(DATABASES))('geo files (../shared/data/mmdb; skipped where absent)', () => {
  let node: RunningAegis;
  let folder: string;
  const at = (name: string): string => join(folder, name);
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'aegis-e2e-geo-'));
    copyFileSync(join(DATABASES, 'GeoLite2-Country-Test.mmdb'), at('country.mmdb'));
    copyFileSync(join(DATABASES, 'GeoLite2-ASN-Test.mmdb'), at('asn.mmdb'));
    writeFileSync(at('routes.txt'), '; ours\n198.51.100.0/24 64496\n');
    writeFileSync(
      at('aegis.yaml'),
      `geo:\n  files: [${at('country.mmdb')}, ${at('asn.mmdb')}]\n  routes: [${at('routes.txt')}]\n  refresh: 100ms\nhttp:\n  trusted_proxies: [127.0.0.0/8]\n`,
    );
    node = await startAegis({ env: { AEGIS_CONFIG: at('aegis.yaml') } });
  });
  afterAll(async () => {
    await node.stop();
    rmSync(folder, { recursive: true });
  });

  test('a decision on a country or an AS refuses a client that is known by its address alone', async () => {
    expect((await node.run(['check', BRITISH])).code).toBe(0);
    const add = ['decisions', 'add', '--reason', 'a try', '--duration', '1h'];
    expect((await node.run([...add, 'GB', '--scope', 'country'])).code).toBe(0);
    expect((await node.run([...add, 'AS1221', '--scope', 'as'])).code).toBe(0);
    expect((await node.run([...add, '64496', '--scope', 'as'])).code).toBe(0);
    for (const address of [BRITISH, `::ffff:${BRITISH}`, TELSTRA, '198.51.100.7'])
      expect({ address, code: (await node.run(['check', address])).code }).toEqual({ address, code: 3 });
    expect((await node.run(['check', '89.160.20.112'])).code).toBe(0);
    const asProxy = await node.fetch('/check', { headers: { 'x-forwarded-for': BRITISH } });
    expect(asProxy.status).toBe(403);
    expect(asProxy.headers.get('x-aegis-verdict')).toBe('block');
    await node.run(['decisions', 'delete', 'GB', '--scope', 'country']);
    expect((await node.run(['check', BRITISH])).code).toBe(0);
  });

  test('people and programs are told where a client is', async () => {
    expect((await node.run(['check', BRITISH])).stdout).toContain('\n  in GB (EU)\n');
    expect((await node.run(['check', TELSTRA])).stdout).toContain('announced by AS1221 Telstra Pty Ltd\n');
    const explained = await node.run(['check', TELSTRA, '--explain', '--json']);
    expect(jsonDocument(explained.stdout)).toMatchObject({ client: { as: '1221' } });
    expect(await node.get(`/v1/geo/${BRITISH}`)).toEqual({ country: 'GB', continent: 'EU' });
    expect(await node.get('/v1/geo/203.0.113.1')).toEqual({});
    expect((await node.fetch('/v1/geo/nonsense')).status).toBe(400);
    const metrics = await (await node.fetch('/metrics')).text();
    expect(metrics).toMatch(/^aegis_geo_loads_total\{file=".*country\.mmdb"\} 1$/m);
  });

  test('sessions are kept with country and AS', async () => {
    const session = {
      sess_uuid: 'geo-1',
      peer_ip: BRITISH,
      start_time: Math.floor(Date.now() / 1000),
      requests: [{ method: 'GET', path: '/', headers: {}, cookies: {} }],
    };
    const body = JSON.stringify(session);
    const headers = { 'content-type': 'application/json' };
    expect((await node.fetch('/v1/sessions', { method: 'POST', headers, body })).status).toBeLessThan(300);
    await analysed(node);
    expect(await node.get('/v1/sessions/geo-1')).toMatchObject({ threat_intelligence: { country: 'GB' } });
  });

  test('a broken file is told of, the last good one answers, and a new one is taken in', async () => {
    truncateSync(at('country.mmdb'), 5000);
    await eventually('the broken file is told of', async () => {
      return node.log().includes('country.mmdb is no MaxMind DB or is cut off') || undefined;
    });
    expect(await node.get(`/v1/geo/${BRITISH}`)).toEqual({ country: 'GB', continent: 'EU' });
    const doctor = await aegis(['doctor', '-c', at('aegis.yaml')], { env: { DATA_DIR: node.dataDir } });
    expect(doctor.stdout).toContain('country.mmdb is no MaxMind DB or is cut off');
    copyFileSync(join(DATABASES, 'GeoIP2-Enterprise-Test.mmdb'), at('new.mmdb'));
    renameSync(at('new.mmdb'), at('country.mmdb'));
    await eventually('the new file answers', async () => {
      const { as } = await node.get<{ as?: string }>('/v1/geo/74.209.24.1');
      return as === '14671' || undefined;
    });
  });
});
