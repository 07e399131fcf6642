import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rawRequest } from '../http/fixture/raw-request.ts';
import { startTestNode, type TestNode } from '../http/fixture/test-node.ts';
import { routes } from '../http/routes.ts';
import { CONSOLE_FILES, loadConsoleAssets } from './console-assets.ts';

const FOLDER = join(import.meta.dirname, 'page');

let node: TestNode;

beforeAll(async () => {
  node = await startTestNode();
});

afterAll(() => node.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  node.fetch(path, { as: 'none', headers, redirect: 'manual' });

test('serves every file of the page and no other', () => {
  const files = readdirSync(FOLDER).filter((name) => !name.endsWith('.ts'));
  expect(CONSOLE_FILES.toSorted()).toEqual(files.toSorted());
});

test('takes no path of the API', () => {
  const paths = loadConsoleAssets().map(({ path }) => path);
  expect(routes.filter(({ path }) => paths.includes(path) || path.startsWith('/console'))).toEqual([]);
});

test.each(CONSOLE_FILES.map((name) => [name]))('%s comes as it is, to anyone', async (name) => {
  const response = await get(name === 'index.html' ? '/console' : `/console/${name}`);
  expect(response.status).toBe(200);
  const types: Record<string, string> = {
    html: 'text/html; charset=utf-8',
    css: 'text/css; charset=utf-8',
    js: 'text/javascript; charset=utf-8',
    svg: 'image/svg+xml',
  };
  expect(response.headers.get('content-type')).toBe(types[name.split('.').at(-1) ?? '']);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  expect(await response.text()).toBe(readFileSync(join(FOLDER, name), 'utf8'));
});

test('allows the page its own files and its own node, and nothing else', async () => {
  const { headers } = await get('/console');
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

test('what has not changed is not sent again', async () => {
  const first = await get('/console/app.js');
  expect(first.headers.get('cache-control')).toBe('no-cache');
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^"[\w-]{20,}"$/);
  for (const known of [etag, `W/${etag}`, `"old", ${etag}`]) {
    const again = await get('/console/app.js', { 'if-none-match': known });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
  }
  expect((await get('/console/app.js', { 'if-none-match': '"old"' })).status).toBe(200);
});

test.each([
  '/console/nothing.js',
  '/console/index.html',
  '/console/app.js/',
  '/console/page/app.js',
  '/console/..%2fmount-console.ts',
  '/console/%2e%2e%2fconsole-assets.ts',
  '/console/__proto__',
  '/console/links.test.ts',
  '/consoles',
])('%s is 404', async (path) => {
  const response = await get(path);
  expect(response.status).toBe(404);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
});

test('dots in a path lead nowhere', async () => {
  const answer = await rawRequest(
    node.url,
    'GET /console/../console-assets.ts HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  );
  expect(answer).toMatch(/^HTTP\/1\.1 404 /);
});

test('a trailing slash leads to the page, where relative paths hold', async () => {
  const response = await get('/console/');
  expect(response.status).toBe(308);
  expect(response.headers.get('location')).toBe('../console');
});

test('is only read', async () => {
  for (const method of ['POST', 'PUT', 'DELETE'])
    expect((await node.fetch('/console', { method })).status).toBe(404);
  const head = await node.fetch('/console', { method: 'HEAD', as: 'none' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});

const FORBIDDEN = [
  /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|setHTML/,
  /\beval\b|new Function|import\s*\(/,
  /localStorage|document\.cookie|indexedDB/,
  /https?:\/\/(?!www\.w3\.org\/2000\/svg)(?!127\.0\.0\.1)/,
  /["'(]\/\//,
  /@import|url\(/,
];

test.each(CONSOLE_FILES.map((name) => [name]))(
  '%s reads no text as markup and asks no other host',
  (name) => {
    // Types in comments are imports that no browser sees.
    const text = readFileSync(join(FOLDER, name), 'utf8').replaceAll(/\/\*.*?\*\//gs, '');
    for (const pattern of FORBIDDEN) expect(text).not.toMatch(pattern);
  },
);

test('the page has no script and no style in itself', () => {
  const html = readFileSync(join(FOLDER, 'index.html'), 'utf8');
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i);
  expect(html.match(/<script\b[^>]*>(?!<\/script>)/)).toBeNull();
  const asked = [...html.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, path = '']) => path);
  for (const path of asked.filter((each) => each !== 'openapi.json'))
    expect(CONSOLE_FILES).toContain(path.replace(/^console\//, ''));
});

test('every import of a script is a file that is served', () => {
  for (const name of CONSOLE_FILES.filter((each) => each.endsWith('.js'))) {
    const text = readFileSync(join(FOLDER, name), 'utf8');
    for (const [, path = ''] of text.matchAll(/^import .*? from '([^']+)';/gms))
      expect(CONSOLE_FILES, name).toContain(path.replace(/^\.\//, ''));
  }
});
