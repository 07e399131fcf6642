import { type Address, seededRandom } from '@aegis/model';
import { expect, test } from 'vitest';
import { parseCrawlerList } from './crawler-list.ts';

const parse = (document: unknown) => parseCrawlerList(JSON.stringify(document), seededRandom(1));

test('the list as Google and Microsoft publish it', () => {
  const list = parse({
    creationTime: '2026-10-20T14:46:03.000000',
    prefixes: [{ ipv6Prefix: '2001:4860:4801:10::/64' }, { ipv4Prefix: '66.249.64.0/27' }],
  });
  if (!list.ok) throw new Error(list.error);
  expect(list.value.prefixes).toBe(2);
  const has = (address: string): boolean => list.value.has(address as Address);
  expect(['66.249.64.0', '66.249.64.31', '2001:4860:4801:10::1'].map(has)).toEqual([true, true, true]);
  expect(['66.249.64.32', '66.249.63.255', '2001:4860:4801:11::1'].map(has)).toEqual([false, false, false]);
});

test.each([
  [{}, /no list of prefixes; expected/],
  [null, /no list of prefixes/],
  [{ prefixes: [] }, /no list of prefixes/],
  [
    { prefixes: [{ ipv4Prefix: '192.0.2.0/24' }, {}] },
    /prefixes\[1\]: expected an ipv4Prefix or an ipv6Prefix/,
  ],
  [{ prefixes: [null] }, /prefixes\[0\]: expected an ipv4Prefix/],
  [{ prefixes: [{ ipv4Prefix: '192.0.2.0/33' }] }, /prefixes\[0\]: "192.0.2.0\/33"/],
  [{ prefixes: [{ ipv4Prefix: '0.0.0.0/0' }] }, /0\.0\.0\.0\/0 is larger than any crawler; expected a \/12/],
  [{ prefixes: [{ ipv6Prefix: '2000::/3' }] }, /larger than any crawler; expected a \/24/],
])('%j is refused with what would be right', (document, message) => {
  expect(parse(document)).toMatchObject({ ok: false, error: expect.stringMatching(message) });
});

test('what is no JSON is refused', () => {
  expect(parseCrawlerList('<html>', seededRandom(1))).toMatchObject({
    ok: false,
    error: expect.stringMatching(/^is not JSON/),
  });
});
