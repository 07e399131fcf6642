import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeLayers, MAX_LAYERS } from './decode-layers.ts';

const innermost = (text: string, form = false): { readonly text: string; readonly layers: string } => {
  const last = decodeLayers(text, form).at(-1);
  return { text: last?.text ?? '', layers: (last?.layers ?? []).join(',') };
};

test.each([
  ['%3Cscript%3E', '<script>', 'url'],
  ['%253Cscript%253E', '<script>', 'url,url'],
  ['%c0%ae%c0%ae%c0%af', '../', 'url'],
  ['..%c1%9cx', '..\\x', 'url'],
  ['%u002e%u002e%u2215', '../', 'unicode'],
  ['\uff0e\uff0e\uff0f', '../', 'unicode'],
  ['\\u003cscript\\u003e', '<script>', 'unicode'],
  ['\\x3cb\\x3e', '<b>', 'unicode'],
  ['&lt;img src=x&gt;', '<img src=x>', 'html'],
  ['&#60;b&#x3e;', '<b>', 'html'],
  ['&#0000060b', '<b', 'html'],
  ['Li4vLi4vLi4vZXRjL3Bhc3N3ZA==', '../../../etc/passwd', 'base64'],
  ['x=0x2e2e2f2e2e2f6574632f706173737764', 'x=../../etc/passwd', 'hex'],
  ['0x2e0x2e0x2fboot', '../boot', 'hex'],
  ['+ADw-b+AD4-', '<b>', 'utf7'],
  ['&ADw-b&AD4', '<b>', 'utf7'],
  [gzipSync('<b>').toString('base64'), '<b>', 'gzip'],
  [gzipSync('<b>').toString('base64url'), '<b>', 'gzip'],
])('%s becomes %s through %s', (sent, text, layers) => {
  expect(innermost(sent)).toEqual({ text, layers });
});

test('a plus is a blank in forms only', () => {
  expect(innermost('a+b', true).text).toBe('a b');
  expect(innermost('a+b').text).toBe('a+b');
});

test.each([
  '100%',
  '%zz',
  'Mozilla',
  'password1234',
  'deadbeefdead',
  'AT&T',
  'R&AB and B&ADD',
  'a+ABC+b',
  'H4sIAAAAAAAAA',
  'H4sIthisIsNoGzipAtAll',
  'C:\\new',
  '&nosuch;',
  'a1b2c3d4e5f6',
])('%s is left as it is', (text) => {
  expect(decodeLayers(text, false)).toHaveLength(1);
});

test('never grows a text and never goes deeper than the bound', () => {
  const char = fc.oneof(
    fc.constantFrom('%', '2', '5', '&', '#', ';', '\\', 'u', 'x', '0', '=', '{', '}'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  );
  fc.assert(
    fc.property(fc.string({ unit: char, maxLength: 200 }), fc.boolean(), (text, form) => {
      const layers = decodeLayers(text, form);
      expect(layers.length).toBeLessThanOrEqual(MAX_LAYERS + 1);
      for (const layer of layers) expect(layer.text.length).toBeLessThanOrEqual(text.length);
    }),
    { seed: 20260102, numRuns: 200 },
  );
});

test('what gzip unpacks to has a bound of its own, and what is cut short is read as far as it goes', () => {
  const bomb = gzipSync(Buffer.alloc(10_000_000, 'ab ')).toString('base64');
  for (const layer of decodeLayers(bomb, false)) expect(layer.text.length).toBeLessThanOrEqual(65_536);
  const whole = gzipSync('<?php system($_GET[1]);'.repeat(200)).toString('base64');
  expect(innermost(whole.slice(0, 60)).text).toContain('<?php');
});
