import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFields } from './fields.ts';

/** Any bytes, a character each, as HTTP hands them over. */
function latin1(maxLength: number): fc.Arbitrary<string> {
  return fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes).toString('latin1'));
}

test('names and values are decoded, the first of equal names counts', () => {
  const fields = parseFields('q=sweet+pea&q=bean&empty=&flag&a%3Db=%C3%BC');
  expect([...fields]).toEqual([
    ['q', 'sweet pea'],
    ['empty', ''],
    ['flag', ''],
    ['a=b', 'ü'],
  ]);
});

test('broken percent signs stay as they are', () => {
  expect(parseFields('q=100%&r=%zz&s=%ff').get('q')).toBe('100%');
  expect(parseFields('s=%ff').get('s')).toBe('%ff');
});

test('names of the Object prototype are names like others', () => {
  expect(parseFields('__proto__=1&constructor=2').get('__proto__')).toBe('1');
});

test('whatever comes, the result is bounded', () => {
  const many = Array.from({ length: 5000 }, (_, i) => `n${i}=${'v'.repeat(10)}`).join('&');
  expect(parseFields(many).size).toBe(64);
  fc.assert(
    fc.property(latin1(200), fc.nat(5000), (text, times) => {
      for (const [name, value] of parseFields(text.repeat(times).slice(0, 20_000))) {
        expect(name.length).toBeLessThanOrEqual(128);
        expect(value.length).toBeLessThanOrEqual(2048);
      }
    }),
  );
});
