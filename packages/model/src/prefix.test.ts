import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Prefix } from './prefix.ts';

const text = (input: string): string | undefined => {
  const parsed = Prefix.parse(input);
  return parsed.ok ? parsed.value : undefined;
};

test.each([
  ['192.0.2.77/24', '192.0.2.0/24'],
  ['192.0.2.1', '192.0.2.1/32'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['2001:db8:ffff::1/33', '2001:db8:8000::/33'],
  ['2001:DB8::1', '2001:db8::1/128'],
  ['::/0', '::/0'],
  ['::ffff:192.0.2.9/120', '192.0.2.0/24'],
])('%s is %s', (input, expected) => expect(text(input)).toBe(expected));

test.each([
  '',
  '/24',
  '192.0.2.0/33',
  '192.0.2.0/-1',
  '192.0.2.0/024',
  '192.0.2.0/',
  '::/129',
  '::ffff:1.2.3.4/95',
  '1.2.3.4/2 4',
])('%j is refused', (input) =>
  expect(Prefix.parse(input)).toMatchObject({ ok: false, error: { kind: 'not_a_prefix' } }),
);

test('a canonical prefix is its own canonical form, and no host bit is left', () => {
  const anyPrefix = fc.oneof(
    fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })),
    fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })),
  );
  fc.assert(
    fc.property(anyPrefix, ([address, length]) => {
      const canonical = text(`${address}/${length}`);
      fc.pre(canonical !== undefined);
      expect(text(canonical as string)).toBe(canonical);
      const { words, family, length: bits } = Prefix.parts(canonical as Prefix);
      const binary = words.map((word) => word.toString(2).padStart(32, '0')).join('');
      expect(binary.slice(bits, family === 4 ? 32 : 128)).not.toContain('1');
    }),
    { numRuns: 5_000 },
  );
});

test('host prefixes are told apart', () => {
  const is = (input: string): boolean => Prefix.isHost(text(input) as Prefix);
  expect([is('192.0.2.1'), is('192.0.2.0/31'), is('2001:db8::1'), is('2001:db8::/32')]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});
