import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Registry } from '@aegis/ports';
import { registryConformance } from '@aegis/ports/conformance';
import {
  type Certificates,
  describeWithReal,
  type EtcdServer,
  makeCertificates,
  requireUser,
  startEtcd,
} from '@aegis/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EtcdOptions, EtcdTls } from './etcd-options.ts';
import { openEtcdRegistry } from './etcd-registry.ts';

describeWithReal('etcd', 'registry over TLS with a user', () => {
  const user = { name: 'aegis', password: 'correct horse' };
  let folder: string;
  let certificates: Certificates;
  let etcd: EtcdServer;
  let tls: EtcdTls;
  let spaces = 0;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'aegis-etcd-tls-'));
    certificates = makeCertificates(folder);
    etcd = await startEtcd({ tls: certificates });
    await requireUser(etcd, { ...user, prefix: 'aegis/' });
    tls = {
      ca: certificates.ca,
      cert: readFileSync(certificates.certFile, 'utf8'),
      key: readFileSync(certificates.keyFile, 'utf8'),
    };
  });
  afterAll(async () => {
    await etcd.remove();
    rmSync(folder, { recursive: true });
  });
  const access = (): EtcdOptions => ({
    endpoints: [etcd.endpoint],
    prefix: `aegis/${spaces}/`,
    user: user.name,
    password: user.password,
    tls,
  });
  const reopen = async (): Promise<Registry> => openEtcdRegistry(access());

  registryConformance('etcd over TLS with a user', {
    open() {
      spaces += 1;
      return reopen();
    },
    reopen,
    advance: (ms) => sleep(ms),
    async compact(registry) {
      const answer = await etcd.ask('auth/authenticate', { name: 'root', password: 'root' });
      await etcd.ask('kv/compaction', { revision: String(await registry.revision()) }, String(answer.token));
    },
    cleanup: async () => {},
  });

  const refused = async (change: Partial<EtcdOptions>): Promise<unknown> => {
    const registry = openEtcdRegistry({ ...access(), timeoutMs: 2_000, ...change });
    const error = await registry.get('a').catch((thrown: unknown) => thrown);
    await registry.close();
    return error;
  };
  const code = 'registry_unavailable';

  test('a wrong password, no password, and a prefix of others are refused in words', async () => {
    expect(await refused({ password: 'wrong' })).toMatchObject({
      code,
      message: expect.stringMatching(/invalid user ID or password/),
    });
    expect(await refused({ prefix: 'others/' })).toMatchObject({
      code,
      message: expect.stringMatching(/permission denied; give the user's role READWRITE on the prefix/),
    });
  });

  test('no certificate and a certificate of others are refused', async () => {
    expect(await refused({ tls: { ca: certificates.ca } })).toMatchObject({ code });
    expect(await refused({ tls: {} })).toMatchObject({ code });
  });

  test('a prefix of others cannot be watched either, and that is said', async () => {
    const registry = openEtcdRegistry({ ...access(), prefix: 'others/', timeoutMs: 2_000 });
    const changes = registry.watch('', { signal: AbortSignal.timeout(60_000), after: 1 });
    await expect(changes[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/permission denied/),
    });
    await registry.close();
  });

  test('a token that etcd has forgotten is replaced, for calls and for watches', async () => {
    spaces += 1;
    const registry = await reopen();
    const { revision } = await registry.put('a', 'before');
    // Tokens of etcd are in the memory of its members.
    await etcd.server.kill();
    await etcd.start();
    await registry.put('a', 'after');
    for await (const change of registry.watch('', { signal: AbortSignal.timeout(60_000), after: revision })) {
      expect(change).toMatchObject({ kind: 'put', entry: { value: 'after' } });
      break;
    }
    await registry.close();
  });
});
