import { expect, test } from 'vitest';
import { decodeUtf8 } from './decode-utf8.ts';

test('the byte order mark goes, the text stays', () => {
  expect(decodeUtf8(Buffer.from('\ufeffä: €'))).toEqual({ ok: true, value: 'ä: €' });
});

test.each([
  [
    'a Latin-1 letter',
    Buffer.concat([Buffer.from('a: 1\nb: '), Buffer.from([0xe4]), Buffer.from(' x')]),
    2,
    4,
  ],
  ['an overlong form', Buffer.from([0x61, 0xc0, 0xaf]), 1, 2],
  ['UTF-16', Buffer.from('\ufeffa', 'utf16le'), 1, 1],
])('%s is refused with its place', (_, bytes, line, column) => {
  expect(decodeUtf8(bytes)).toMatchObject({ ok: false, error: { line, column } });
});

test('a character cut off at the end is refused', () => {
  expect(decodeUtf8(Buffer.from('a€').subarray(0, 3)).ok).toBe(false);
});
