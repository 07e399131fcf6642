import { canonicalScopeValue } from '@aegis/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normaliseIndicator } from './normalise.ts';
import { refang } from './refang.ts';

test.each([
  ['example[.]com', 'example.com'],
  ['example(dot)com', 'example.com'],
  ['example{.}com', 'example.com'],
  ['example[[.]]com', 'example.com'],
  ['192.0.2[.]1', '192.0.2.1'],
  ['192\\.0\\.2\\.1', '192.0.2.1'],
  ['hxxp://bad.example/x', 'http://bad.example/x'],
  ['hXXps[://]bad[.]example', 'https://bad.example'],
  ['h**p://bad.example', 'http://bad.example'],
  ['fxp://bad.example', 'ftp://bad.example'],
  ['2001[:]db8::1', '2001:db8::1'],
  [' "<example.com>"\u200b', 'example.com'],
  ['http://plain.example/[x]', 'http://plain.example/[x]'],
])('%s is %s', (written, meant) => expect(refang(written)).toBe(meant));

const fanged = fc
  .array(
    fc.constantFrom(
      '[',
      ']',
      '(',
      ')',
      '.',
      'dot',
      'hxxp',
      '://',
      ':',
      '\\',
      'a',
      '@',
      '"',
      '<',
      ' ',
      '{',
      '}',
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

test('refanging again changes nothing', () => {
  fc.assert(
    fc.property(fc.oneof(fanged, fc.string()), (text) => {
      expect(refang(refang(text))).toBe(refang(text));
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['192.0.2.1', 'ip', '192.0.2.1'],
  ['192.0.2.1/32', 'ip', '192.0.2.1'],
  ['192.0.2.77/24', 'range', '192.0.2.0/24'],
  ['192.0.2.1:8080', 'ip', '192.0.2.1'],
  ['[2001:DB8::1]:443', 'ip', '2001:db8::1'],
  ['::ffff:192.0.2.1', 'ip', '192.0.2.1'],
  ['2001:db8::1/32', 'range', '2001:db8::/32'],
  ['Example.COM.', 'domain', 'example.com'],
  ['*.example.com', 'domain', 'example.com'],
  ['||ads.example^', 'domain', 'ads.example'],
  ['b\u00fccher.example', 'domain', 'xn--bcher-kva.example'],
  ['xn--bcher-kva.example', 'domain', 'xn--bcher-kva.example'],
  ['_dmarc.example.com', 'domain', '_dmarc.example.com'],
  ['hxxps://User:pw@Bad.Example./a?b=1#c', 'url', 'https://bad.example/a?b=1'],
  ['bad.example/gate.php', 'url', 'http://bad.example/gate.php'],
  ['D41D8CD98F00B204E9800998ECF8427E', 'hash', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['AS64496', 'as', '64496'],
  ['t13d1516h2_8daaf6152771_e5627efa2ab1', 'ja4', 't13d1516h2_8daaf6152771_e5627efa2ab1'],
] as const)('%s is the %s %s', (written, scope, value) => {
  expect(normaliseIndicator(written)).toEqual({ ok: true, value: { scope, value } });
});

test.each([
  ['', 'empty'],
  ['localhost', 'not an indicator'],
  ['@@@', 'not an indicator'],
  ['1.2.3', 'not an indicator'],
  ['1.2.3.4-1.2.3.9', 'a range with a dash; write it as prefixes'],
  ['javascript://x', 'a URL of another kind'],
  [`${'a'.repeat(3_000)}.example`, 'longer than 2048 characters'],
  ['<script>alert(1)</script>', 'not an indicator'],
  ['a..example', 'not an indicator'],
  ['__proto__', 'not an indicator'],
])('%j is none', (written, reason) => {
  expect(normaliseIndicator(written)).toEqual({ ok: false, error: reason });
});

test('what a feed says a text is decides', () => {
  const md5 = 'd41d8cd98f00b204e9800998ecf8427e';
  expect(normaliseIndicator(md5, 'ja3')).toEqual({ ok: true, value: { scope: 'ja3', value: md5 } });
  expect(normaliseIndicator('curl/8.0 (x)', 'user_agent')).toMatchObject({ ok: true });
  expect(normaliseIndicator('192.0.2.1', 'domain')).toMatchObject({ ok: false });
  expect(normaliseIndicator('example.com', 'ip')).toEqual({ ok: false, error: 'not an address or prefix' });
});

const text = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.domain(),
  fc.webUrl(),
  fc.tuple(fc.ipV4(), fc.nat(32)).map(([address, length]) => `${address}/${length}`),
  fc.string(),
  fanged,
);

test('a normal value is one already, and canonical for its scope', () => {
  fc.assert(
    fc.property(text, (written) => {
      const named = normaliseIndicator(written);
      if (!named.ok) return;
      const { scope, value } = named.value;
      expect(normaliseIndicator(value, scope)).toEqual(named);
      expect(canonicalScopeValue(scope, value)).toEqual({ ok: true, value });
    }),
    { numRuns: 3_000 },
  );
});
