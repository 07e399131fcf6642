import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rawRequest } from '../http/fixture/raw-request.ts';
import { startTestNode, type TestNode } from '../http/fixture/test-node.ts';
import { routes } from '../http/routes.ts';
import { type ConsoleAsset, loadConsoleAssets } from './console-assets.ts';
import { mountConsole } from './mount-console.ts';

let node: TestNode;
const assets: readonly ConsoleAsset[] = loadConsoleAssets();
const script: string = assets.find(({ path }) => path.endsWith('.js'))?.path ?? '';

beforeAll(async () => {
  node = await startTestNode();
});

afterAll(() => node.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  node.fetch(path, { as: 'none', headers, redirect: 'manual' });

test('the console is built, by npm install or npm run build:console', () => {
  expect(assets.map(({ path }) => path)).toContain('/console/');
  expect(script).not.toBe('');
});

test('takes no path of the API', () => {
  const paths = assets.map(({ path }) => path);
  expect(routes.filter(({ path }) => paths.includes(path) || path.startsWith('/console'))).toEqual([]);
});

test('every file comes as it is, to anyone', async () => {
  const types = ['text/html', 'text/css', 'text/javascript', 'image/svg+xml'];
  for (const { path, type, bytes } of assets) {
    const response = await get(path);
    expect(response.status, path).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(types).toContain(type.split(';')[0]);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  }
});

test('allows the page its own files and its own node, and nothing else', async () => {
  const { headers } = await get('/console/');
  const policy = Object.fromEntries(
    (headers.get('content-security-policy') ?? '').split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources.join(' ')];
    }),
  );
  expect(policy).toEqual({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self'",
    'connect-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
    'require-trusted-types-for': "'script'",
    'trusted-types': "'none'",
  });
});

test('the API keeps the policy that allows nothing', async () => {
  for (const path of ['/', '/openapi.json', '/console/nothing.js'])
    expect((await get(path)).headers.get('content-security-policy')).toBe(
      "default-src 'none'; frame-ancestors 'none'",
    );
});

test('the page is asked for again, what it is made of is kept', async () => {
  expect((await get('/console/')).headers.get('cache-control')).toBe('no-cache');
  expect((await get(script)).headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
});

test('what has not changed is not sent again', async () => {
  const etag = (await get('/console/')).headers.get('etag') ?? '';
  expect(etag).toMatch(/^"[\w-]{20,}"$/);
  for (const known of [etag, `W/${etag}`, `"old", ${etag}`]) {
    const again = await get('/console/', { 'if-none-match': known });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
  }
  expect((await get('/console/', { 'if-none-match': '"old"' })).status).toBe(200);
});

test.each([
  '/console/nothing.js',
  '/console/index.html',
  '/console/assets',
  '/console/assets/',
  '/console/..%2fpackage.json',
  '/console/%2e%2e%2fpackage.json',
  '/console/__proto__',
  '/consoles',
])('%s is 404', async (path) => {
  const response = await get(path);
  expect(response.status).toBe(404);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
});

test('dots in a path lead nowhere', async () => {
  const answer = await rawRequest(
    node.url,
    'GET /console/../package.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  );
  expect(answer).toMatch(/^HTTP\/1\.1 404 /);
});

test('without the slash one is led to the page, where relative paths hold', async () => {
  const response = await get('/console');
  expect(response.status).toBe(308);
  expect(response.headers.get('location')).toBe('console/');
});

test('is only read', async () => {
  for (const method of ['POST', 'PUT', 'DELETE'])
    expect((await node.fetch('/console/', { method })).status).toBe(404);
  const head = await node.fetch('/console/', { method: 'HEAD', as: 'none' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});

test('the page has no script and no style in itself, and asks for nothing but its files', () => {
  const html = assets.find(({ path }) => path === '/console/')?.bytes.toString() ?? '';
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i);
  expect(html.match(/<script\b[^>]*>(?!<\/script>)/)).toBeNull();
  const asked = [...html.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, path = '']) => path);
  for (const path of asked.filter((each) => each !== 'openapi.json'))
    expect(assets.map((each) => each.path)).toContain(path.replace(/^\.\//, '/console/'));
});

test('a folder of its own files is served, and without one the mend is told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-console-'));
  const app = fastify();
  try {
    expect(loadConsoleAssets(join(folder, 'nowhere'))).toEqual([]);
    mountConsole(app, loadConsoleAssets(folder));
    const missing = await app.inject('/console/');
    expect([missing.statusCode, missing.body]).toEqual([
      503,
      expect.stringContaining('npm run build:console'),
    ]);
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html>');
    writeFileSync(join(folder, 'assets', 'a.js'), '');
    expect(loadConsoleAssets(folder).map(({ path, isForEver }) => [path, isForEver])).toEqual([
      ['/console/assets/a.js', true],
      ['/console/', false],
    ]);
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
