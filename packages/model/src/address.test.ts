import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Address } from './address.ts';
import { parseAddressWords } from './address-words.ts';

const text = (input: string): string | undefined => {
  const parsed = Address.parse(input);
  return parsed.ok ? parsed.value : undefined;
};

/** WHATWG URL's serializer is an independent writer of canonical IPv6 (RFC 5952 without the mapped form). */
const canonicalByUrl = (address: string): string => new URL(`http://[${address}]/`).hostname.slice(1, -1);

describe('strict parsing', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['2001:DB8::0:1', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['::192.0.2.1', '::c000:201'],
  ])('%s is %s', (input, expected) => expect(text(input)).toBe(expected));

  test.each([
    '',
    ' 192.0.2.1',
    '192.0.2',
    '192.0.2.1.5',
    '192.0.2.256',
    '192.0.02.1',
    '192..2.1',
    '.1.2.3',
    '1.2.3.',
    '0x7f.0.0.1',
    ':::',
    ':1::2',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    '::g',
    'fe80::1%eth0',
    '[::1]',
    '1:2:3:4:5:6:7:1.2.3.4',
    '::1.2.3',
    '1:',
    '192.0.2.1/24',
    '１９２.0.2.1',
  ])('%j is refused', (input) => {
    expect(Address.parse(input)).toMatchObject({ ok: false, error: { kind: 'not_an_address', input } });
  });

  test('agrees with an independent parser on near-addresses', () => {
    const piece = fc.oneof(
      fc.integer({ min: 0, max: 300 }).map(String),
      fc.integer({ min: 0, max: 0x1ffff }).map((n) => n.toString(16)),
      fc.constantFrom('', '::', '0', '00', 'ffff'),
    );
    const nearAddress = fc
      .tuple(fc.array(piece, { minLength: 1, maxLength: 9 }), fc.constantFrom('.', ':'))
      .map(([parts, separator]) => parts.join(separator));
    fc.assert(
      fc.property(fc.oneof(nearAddress, fc.ipV4(), fc.ipV6()), (input) => {
        expect(text(input) !== undefined).toBe(isIP(input) !== 0);
      }),
      { numRuns: 20_000 },
    );
  });

  test('writes IPv6 as the URL standard does', () => {
    fc.assert(
      fc.property(fc.ipV6(), (input) => {
        const canonical = text(input) as string;
        fc.pre(canonical.includes(':'));
        expect(canonical).toBe(canonicalByUrl(input));
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('lenient parsing', () => {
  test.each([
    ['192.168.1.1/24', '192.168.1.1'],
    [' 192.0.2.1 ', '192.0.2.1'],
    ['192.0.2.1:8080', '192.0.2.1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
  ])('%s is %s', (input, expected) =>
    expect(Address.parseLenient(input)).toEqual({ ok: true, value: expected }),
  );

  test.each(['localhost', '[::1', '', '192.0.2.1.example.com', 'x'.repeat(1000)])('%j is refused', (input) =>
    expect(Address.parseLenient(input).ok).toBe(false),
  );
});

test('a refusal quotes a bounded piece of hostile input and says what would be right', () => {
  const refused = Address.parse('x'.repeat(100_000));
  expect(refused.ok).toBe(false);
  if (!refused.ok) {
    expect(refused.error.message.length).toBeLessThan(200);
    expect(refused.error.message).toContain('192.0.2.1');
  }
});

test('words are most significant first, and a slice of a longer text can be parsed in place', () => {
  const words = new Uint32Array(4);
  const line = 'client=2001:db8::5 port=1';
  expect(parseAddressWords(line, words, 7, 18)).toBe(6);
  expect([...words]).toEqual([0x20010db8, 0, 0, 5]);
});
