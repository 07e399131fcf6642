import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Prefix } from '@aegis/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readBlockPage, wantsPage } from './block-page.ts';
import { startTestNode, type TestNode } from './fixture/test-node.ts';

const folder = mkdtempSync(join(tmpdir(), 'aegis-block-page-'));
const file = join(folder, 'page.html');
let node: TestNode;

beforeAll(async () => {
  writeFileSync(file, '<h1>No.</h1><p title="{reference}">{reference}</p>');
  node = await startTestNode({ blockPage: file, trustedProxies: ['127.0.0.1/32' as Prefix] });
});
afterAll(async () => {
  await node.close();
  rmSync(folder, { recursive: true, force: true });
});

test('names the reference wherever the page wants it, and nothing in it is markup', () => {
  expect(readBlockPage(file)('a<b>"c\'&')).toBe(
    '<h1>No.</h1><p title="a&#60;b&#62;&#34;c&#39;&#38;">a&#60;b&#62;&#34;c&#39;&#38;</p>',
  );
  expect(readBlockPage('')('0123abcd')).toContain('<code>0123abcd</code>');
});

test.each([
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
  ['TEXT/HTML', true],
  ['application/json', false],
  ['*/*', false],
  [`${'a/b,'.repeat(1_000)}text/html`, false],
  [undefined, false],
])('whoever accepts %s is shown a page: %s', (accept, shown) => {
  expect(wantsPage(accept)).toBe(shown);
});

test('a page that cannot be used is told of with the setting', () => {
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  for (const [path, words] of [
    [join(folder, 'nowhere.html'), 'no such file'],
    [write('large.html', `{reference}${'x'.repeat(65_536)}`), 'larger than 64 KiB'],
    [write('mute.html', '<h1>No.</h1>'), 'has no {reference}'],
  ] as const)
    expect(() => readBlockPage(path)).toThrowError(
      expect.objectContaining({
        code: 'bad_block_page',
        message: expect.stringMatching(`http.block_page: .*${words}`),
      }),
    );
});

test('a browser that is refused sees the page, a program the problem, both the reference', async () => {
  const banned = await node.fetch('/v1/decisions', {
    method: 'POST',
    body: JSON.stringify({ scope: 'ip', value: '203.0.113.66', action: 'ban', reason: 'secret reason' }),
    headers: { 'content-type': 'application/json' },
  });
  const { id } = (await banned.json()) as { readonly id: string };
  const ask = (accept: string): Promise<Response> =>
    node.fetch('/check', { headers: { accept, 'x-forwarded-for': '203.0.113.66' } });
  const page = await ask('text/html');
  expect([page.status, page.headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8']);
  expect(page.headers.get('content-security-policy')).toContain("style-src 'unsafe-inline'");
  const html = await page.text();
  expect(html).toBe(`<h1>No.</h1><p title="${id}">${id}</p>`);
  const problem = await ask('application/json');
  expect(problem.headers.get('content-type')).toContain('application/problem+json');
  expect(await problem.json()).toMatchObject({ reference: id });
  expect(html).not.toContain('secret reason');
});
