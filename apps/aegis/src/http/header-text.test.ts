import { Agent, request } from 'node:http';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { headerText } from './header-text.ts';

test.each([
  ['plain words', 'plain words'],
  ['ends\r\nX-Evil: 1', 'ends%0D%0AX-Evil: 1'],
  ['naïve 攻撃', 'na%C3%AFve %E6%94%BB%E6%92%83'],
  ['100%', '100%25'],
  ['  edges  ', 'edges'],
  ['\ud800', '%EF%BF%BD'],
])('%j becomes %j', (text, expected) => {
  expect(headerText(text)).toBe(expected);
});

test('long texts are cut', () => {
  expect(headerText('x'.repeat(1_000))).toBe(`${'x'.repeat(199)}%E2%80%A6`);
});

test('any text is one printable line that decodes to the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 150 }), (text) => {
      const encoded = headerText(text);
      expect(encoded).toMatch(/^[\x20-\x7e]*$/);
      expect(decodeURIComponent(encoded)).toBe(text.toWellFormed().trim());
    }),
  );
});

test('Node takes it as a header value', () => {
  const text = headerText('\u0000\u007f\u2028\n攻');
  const agent = new Agent();
  const unsent = request({ host: '127.0.0.1', port: 1, agent, headers: { 'x-aegis-reason': text } });
  unsent.on('error', () => {});
  expect(unsent.getHeader('x-aegis-reason')).toBe(text);
  unsent.destroy();
});
