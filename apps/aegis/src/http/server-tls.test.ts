import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Certificates, makeCertificates } from '@aegis/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiClient } from '../client/index.ts';
import { startTestNode, type TestNode, type TestNodeOptions } from './fixture/test-node.ts';
import { readServerTls } from './server-tls.ts';

let folder: string;
let certificates: Certificates;
let strangers: Certificates;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-tls-'));
  certificates = makeCertificates(mkdtempSync(join(folder, 'ours-')));
  strangers = makeCertificates(mkdtempSync(join(folder, 'theirs-')));
});

afterAll(() => rmSync(folder, { recursive: true }));

const files = ({ certFile, keyFile }: Certificates, clientCaFile = '') => ({
  certFile,
  keyFile,
  clientCaFile,
});
const shown = ({ certFile, keyFile }: Certificates) => ({
  cert: readFileSync(certFile, 'utf8'),
  key: readFileSync(keyFile, 'utf8'),
});

async function withNode<T>(options: TestNodeOptions, use: (node: TestNode) => Promise<T>): Promise<T> {
  const node = await startTestNode(options);
  try {
    return await use(node);
  } finally {
    await node.close();
  }
}

test('over TLS: whoever knows the authority is served, and nobody in clear text', async () => {
  await withNode({ tls: files(certificates) }, async ({ url, keys }) => {
    expect(url).toMatch(/^https:/);
    const ask = (tls: object) => createApiClient({ baseUrl: url, key: keys.admin, tls }).node();
    expect(await ask({ ca: certificates.ca })).toMatchObject({ id: 'node-1' });
    expect(await ask({ pinned: readFileSync(certificates.certFile, 'utf8') })).toMatchObject({
      id: 'node-1',
    });
    await expect(ask({})).rejects.toMatchObject({ code: 'unreachable' });
    await expect(ask({ ca: strangers.ca })).rejects.toThrow(/certificate/);
    await expect(ask({ pinned: readFileSync(strangers.certFile, 'utf8') })).rejects.toThrow(/certificate/);
    await expect(fetch(url.replace('https', 'http'))).rejects.toThrow();
  });
});

test('a body, a refusal and a stream come over TLS as they do without', async () => {
  await withNode({ tls: files(certificates) }, async ({ url, keys }) => {
    const client = createApiClient({ baseUrl: url, key: keys.admin, tls: { ca: certificates.ca } });
    expect(await client.createKey({ name: 'anna', role: 'viewer' })).toMatchObject({ name: 'anna' });
    await expect(client.createKey({ name: 'anna', role: 'viewer' })).rejects.toMatchObject({ status: 409 });
    const wrong = createApiClient({ baseUrl: url, key: 'aegis_wrong', tls: { ca: certificates.ca } });
    await expect(wrong.node()).rejects.toMatchObject({ status: 401 });
  });
});

test('mutual TLS: a key alone opens nothing without a certificate of the right authority', async () => {
  await withNode({ tls: files(certificates, certificates.caFile) }, async ({ url, keys }) => {
    const ask = (tls: object) => createApiClient({ baseUrl: url, key: keys.admin, tls }).node();
    const { ca } = certificates;
    expect(await ask({ ca, ...shown(certificates) })).toMatchObject({ id: 'node-1' });
    await expect(ask({ ca })).rejects.toMatchObject({ code: 'unreachable' });
    await expect(ask({ ca, ...shown(strangers) })).rejects.toMatchObject({ code: 'unreachable' });
  });
});

test.each<readonly [string, (at: string) => Parameters<typeof readServerTls>[0], RegExp]>([
  ['is missing', (at) => files({ ...certificates, certFile: at }), /http\.tls\.cert_file: ENOENT/],
  [
    'is no certificate',
    () => files({ ...certificates, certFile: certificates.keyFile }),
    /http\.tls\.cert_file: .* is no certificate as PEM/,
  ],
  [
    'has the key of another',
    () => files({ ...certificates, keyFile: strangers.keyFile }),
    /http\.tls\.key_file: .* is not the private key of the certificate/,
  ],
  [
    'names an authority that is none',
    () => files(certificates, certificates.keyFile),
    /http\.tls\.client_ca_file: .* is no certificate as PEM/,
  ],
])('a server whose certificate %s does not start, and says why', (_, made, why) => {
  expect(() => readServerTls(made(join(folder, 'gone')), 'http')).toThrow(why);
});

test('no certificate: clear text', () => {
  expect(readServerTls({ certFile: '', keyFile: '', clientCaFile: '' }, 'http')).toBeUndefined();
});
