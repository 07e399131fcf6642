import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Certificates,
  describeWithReal,
  type EtcdCluster,
  type EtcdServer,
  makeCertificates,
  type NetworkLink,
  networkLink,
  requireUser,
  startEtcdCluster,
} from '@aegis/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aegis, type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';

const PATIENCE_MS = 120_000;

interface Version {
  readonly version: number;
  readonly policy: { readonly name: string };
}

interface Report {
  readonly parts: Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>;
}

// Two sites: node a beside the etcd, node b at the far end of links that can be cut.
describeWithReal('etcd', 'two sites that share a registry', () => {
  let folder: string;
  let certificates: Certificates;
  let cluster: EtcdCluster;
  let links: readonly NetworkLink[];
  let a: RunningAegis;
  let b: RunningAegis;

  const environment = (node: string, endpoints: readonly string[]): Readonly<Record<string, string>> => ({
    NODE_ID: node,
    AEGIS_DECOY_ENABLED: 'off',
    AEGIS_REGISTRY_ENDPOINTS: endpoints.join(','),
    AEGIS_REGISTRY_TIMEOUT: '4s',
    AEGIS_REGISTRY_USER: 'aegis',
    AEGIS_REGISTRY_PASSWORD: 'correct-horse',
    AEGIS_REGISTRY_POLICY_KEY_FILE: join(folder, 'policy.key'),
    AEGIS_REGISTRY_TLS_ENABLED: 'on',
    AEGIS_REGISTRY_TLS_CA_FILE: certificates.caFile,
    AEGIS_REGISTRY_TLS_CERT_FILE: certificates.certFile,
    AEGIS_REGISTRY_TLS_KEY_FILE: certificates.keyFile,
  });
  const farEnds = (): readonly string[] => links.map(({ endpoint }) => endpoint);
  const start = (node: string, endpoints: readonly string[]): Promise<RunningAegis> =>
    startAegis({ dataDir: join(folder, node), env: environment(node, endpoints) });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'aegis-sites-'));
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(join(folder, 'policy.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    certificates = makeCertificates(folder);
    cluster = await startEtcdCluster({ tls: certificates });
    const [member] = cluster.members as [EtcdServer];
    await requireUser(member, { name: 'aegis', password: 'correct-horse', prefix: 'aegis/' });
    links = await Promise.all(
      cluster.endpoints.map((endpoint) => networkLink(Number(endpoint.split(':')[1]))),
    );
    a = await start('a', cluster.endpoints);
    b = await start('b', farEnds());
  });
  afterAll(async () => {
    await Promise.all([a.stop(), b.stop()]);
    await Promise.all(links.map((link) => link.close()));
    await cluster.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const current = (node: RunningAegis): Promise<Version> => node.get<Version>('/v1/policy');
  /** Version and name of everything that was ever in force, oldest first. */
  const history = async (node: RunningAegis): Promise<readonly string[]> => {
    const { versions } = await node.get<{ versions: readonly (Version & { reason?: string })[] }>(
      '/v1/policy/versions?limit=100',
    );
    return versions.map(({ version, reason }) => `${version} ${reason ?? ''}`).reverse();
  };
  /** The status of the answer. */
  const publish = async (node: RunningAegis, name: string, base: number): Promise<number> => {
    const policy = { name, strategies: [{ name: 'all', origins: ['*'] }], exempt: ['203.0.113.0/24'] };
    const answer = await node.fetch('/v1/policy/versions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ policy, reason: name, base, force: true }),
    });
    return answer.status;
  };
  const reaches = (node: RunningAegis, version: number): Promise<true> =>
    eventually(
      `the policy is at version ${version}`,
      async () => ((await current(node)).version >= version ? true : undefined),
      PATIENCE_MS,
    );
  const followed = async (node: RunningAegis): Promise<string | undefined> =>
    /^aegis_registry_followed\{what="policies"\} (\d)$/m.exec(
      await (await node.fetch('/metrics')).text(),
    )?.[1];
  const becomes = (node: RunningAegis, state: '0' | '1'): Promise<true> =>
    eventually(
      `following is ${state}`,
      async () => ((await followed(node)) === state ? true : undefined),
      PATIENCE_MS,
    );

  test('both sites publish at once: each version is made once, and both have them in one order', async () => {
    const published: string[] = [];
    const write = async (node: RunningAegis, site: string): Promise<void> => {
      for (let i = 0; i < 15; i++) {
        const name = `${site}-${i}`;
        const status = await publish(node, name, (await current(node)).version);
        expect([201, 409]).toContain(status);
        if (status === 201) published.push(name);
      }
    };
    await Promise.all([write(a, 'a'), write(b, 'b')]);
    expect(published.length).toBeGreaterThan(0);
    await Promise.all([reaches(a, published.length), reaches(b, published.length)]);
    const ofA = await history(a);
    expect(ofA).toEqual(await history(b));
    expect(ofA.slice(1).map((line) => Number(line.split(' ')[0]))).toEqual(published.map((_, i) => i + 1));
    expect(new Set(ofA.slice(1).map((line) => line.split(' ')[1]))).toEqual(new Set(published));
  });

  test('aegis doctor finds nothing wrong with the registry', async () => {
    const doctor = await aegis(['doctor'], {
      cwd: folder,
      env: { ...environment('b', farEnds()), DATA_DIR: b.dataDir },
    });
    expect(doctor.stdout).toMatch(
      /^ok {4}registry +etcd 3\.\S+, aegis\/ as aegis, at revision \d+, \d+ MiB$/m,
    );
  });

  test('a key that is made on one site opens the other, until it is revoked', async () => {
    const made = await a.fetch('/v1/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'proxy', role: 'viewer' }),
    });
    const { key, id } = (await made.json()) as { readonly key: string; readonly id: string };
    const opens = async (): Promise<number> =>
      (await fetch(`${b.api}/v1/policy`, { headers: { authorization: `Bearer ${key}` } })).status;
    await eventually('it opens', async () => ((await opens()) === 200 ? true : undefined));
    await a.fetch(`/v1/keys/${id}`, { method: 'DELETE' });
    await eventually('it opens no more', async () => ((await opens()) === 401 ? true : undefined));
  });

  test('a member of etcd that leads is killed: both sites publish on', async () => {
    const leader = await cluster.leader();
    await leader.server.kill();
    const { version } = await current(a);
    for (const [node, name] of [
      [a, 'after-a'],
      [b, 'after-b'],
    ] as const) {
      await eventually(
        `${name} is published`,
        async () => ((await publish(node, name, (await current(node)).version)) === 201 ? true : undefined),
        PATIENCE_MS,
      );
    }
    await Promise.all([reaches(a, version + 2), reaches(b, version + 2)]);
    expect(await history(a)).toEqual(await history(b));
    await leader.start();
  });

  test('a site that is cut off keeps its last policy, over kill -9 too, says so, and catches up in order', async () => {
    const before = await current(b);
    for (const link of links) link.cut();
    for (let i = 0; i < 3; i++) expect(await publish(a, `cut-${i}`, before.version + i)).toBe(201);
    await becomes(b, '0');
    expect(await current(b)).toEqual(before);
    expect(await publish(b, 'alone', before.version)).toBe(503);
    expect(b.log()).toContain('policies: the registry cannot be followed; what was known last holds');
    expect((await b.get<Report>('/v1/node')).parts.policies).toMatchObject({ ok: false });

    await b.kill();
    b = await start('b', farEnds());
    expect(await current(b)).toMatchObject({ version: before.version, policy: before.policy });
    expect(await followed(b)).toBe('0');
    const doctor = await aegis(['doctor'], {
      cwd: folder,
      env: { ...environment('b', farEnds()), DATA_DIR: b.dataDir, AEGIS_REGISTRY_TIMEOUT: '1s' },
    });
    expect(doctor.stdout).toMatch(/registry .*cannot be reached/);
    expect(doctor.stdout).toContain('see that etcd runs');
    expect(doctor.code).not.toBe(0);

    expect(await publish(a, 'cut-3', before.version + 3)).toBe(201);
    for (const link of links) link.mend();
    await reaches(b, before.version + 4);
    await becomes(b, '1');
    expect(await history(b)).toEqual(await history(a));
    expect((await b.get<Report>('/v1/node')).parts.policies).toMatchObject({ ok: true });
    expect(await publish(b, 'reunited', before.version + 4)).toBe(201);
    await reaches(a, before.version + 5);
    expect(await history(a)).toEqual(await history(b));
  });
});
