import { formatIPv4, formatIPv6 } from '@aegis/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32c } from './crc32c.ts';
import { readProxyHeader } from './proxy-header.ts';
import { VERSION_TWO_START } from './version-two.ts';

const word = fc.nat({ max: 0xffff_ffff });
const port = fc.nat({ max: 65_535 });

interface Parts {
  readonly versionCommand?: number;
  readonly family?: number;
  readonly addresses?: Buffer;
  readonly extensions?: Buffer;
  readonly length?: number;
}

/** Version 2 as the protocol's text draws it. */
function versionTwo({ versionCommand = 0x21, family = 0x11, ...parts }: Parts): Buffer {
  const { addresses = Buffer.alloc(12), extensions = Buffer.alloc(0) } = parts;
  const length = Buffer.alloc(2);
  length.writeUInt16BE(parts.length ?? addresses.length + extensions.length);
  return Buffer.concat([VERSION_TWO_START, Buffer.of(versionCommand, family), length, addresses, extensions]);
}

const tlv = (type: number, value: Buffer): Buffer => {
  const head = Buffer.of(type, 0, 0);
  head.writeUInt16BE(value.length, 1);
  return Buffer.concat([head, value]);
};

function ipv4(source: number, target: number, from: number, to: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(source, 0);
  bytes.writeUInt32BE(target, 4);
  bytes.writeUInt16BE(from, 8);
  bytes.writeUInt16BE(to, 10);
  return bytes;
}

/** With a checksum over the whole of it, in the middle of other extensions. */
function withChecksum(addresses: Buffer): { readonly header: Buffer; readonly at: number } {
  const extensions = [tlv(4, Buffer.alloc(3)), tlv(3, Buffer.alloc(4)), tlv(2, Buffer.from('example.org'))];
  const header = versionTwo({ addresses, extensions: Buffer.concat(extensions) });
  const at = 16 + addresses.length + 6 + 3;
  header.writeUInt32BE(crc32c(header), at);
  return { header, at };
}

const REQUEST = Buffer.from('GET / HTTP/1.1\r\n\r\n');

test('CRC-32C is the one of RFC 3720', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
});

describe('version 1', () => {
  test('names the client, and says where the client begins to speak', () => {
    fc.assert(
      fc.property(word, word, port, port, fc.uint8Array({ maxLength: 300 }), (a, b, p, q, rest) => {
        const line = `PROXY TCP4 ${formatIPv4(a)} ${formatIPv4(b)} ${p} ${q}\r\n`;
        expect(readProxyHeader(Buffer.concat([Buffer.from(line), rest]))).toEqual({
          ok: true,
          value: { length: line.length, source: formatIPv4(a) },
        });
      }),
    );
  });

  test.each([
    ['PROXY TCP6 2001:DB8:0::7 2001:db8::1 1 2\r\n', '2001:db8::7'],
    ['PROXY TCP6 ::ffff:192.0.2.7 2001:db8::1 1 2\r\n', '192.0.2.7'],
    [
      `PROXY TCP6 ${'ffff:'.repeat(7)}ffff ${'ffff:'.repeat(7)}ffff 65535 65535\r\n`,
      `${'ffff:'.repeat(7)}ffff`,
    ],
    ['PROXY UNKNOWN\r\n', undefined],
    [`PROXY UNKNOWN ${'ffff:'.repeat(7)}ffff ${'ffff:'.repeat(7)}ffff 65535 65535\r\n`, undefined],
  ])('%j is of %s', (line, source) => {
    expect(readProxyHeader(Buffer.from(line))).toEqual({
      ok: true,
      value: { length: line.length, ...(source === undefined ? {} : { source }) },
    });
  });

  test.each([
    'PROXY TCP4 192.0.2.7 198.51.100.1 40000\r\n',
    'PROXY TCP4 192.0.2.7 198.51.100.1 40000 65536\r\n',
    'PROXY TCP4 192.0.2.7 198.51.100.1 40000 0443\r\n',
    'PROXY TCP4 192.0.2.7 198.51.100.1 40000 443 1\r\n',
    'PROXY TCP4 192.0.2.07 198.51.100.1 40000 443\r\n',
    'PROXY TCP4 2001:db8::7 2001:db8::1 40000 443\r\n',
    'PROXY TCP6 192.0.2.7 198.51.100.1 40000 443\r\n',
    'PROXY TCP4  192.0.2.7 198.51.100.1 40000 443\r\n',
    'PROXY UDP4 192.0.2.7 198.51.100.1 40000 443\r\n',
    'PROXY \r\n',
    'PROXY\tTCP4 192.0.2.7 198.51.100.1 40000 443\r\n',
    'proxy TCP4 192.0.2.7 198.51.100.1 40000 443\r\n',
    'GET / HTTP/1.1\r\n\r\n',
  ])('%j is malformed', (line) => {
    expect(readProxyHeader(Buffer.from(line))).toEqual({ ok: false, error: 'malformed' });
  });

  test('a line that has no end within 107 bytes is oversized', () => {
    const endless = Buffer.from(`PROXY UNKNOWN ${'x'.repeat(200)}\r\n`);
    expect(readProxyHeader(endless.subarray(0, 106))).toEqual({ ok: true, value: undefined });
    for (const length of [107, 108, 150, endless.length])
      expect(readProxyHeader(endless.subarray(0, length))).toEqual({ ok: false, error: 'oversized' });
  });
});

describe('version 2', () => {
  test('names the client in IPv4 and IPv6, whatever extensions follow', () => {
    const extensions = fc
      .array(fc.tuple(fc.constantFrom(1, 2, 4, 5, 0x20, 0x30, 0xea), fc.uint8Array({ maxLength: 99 })), {
        maxLength: 8,
      })
      .map((list) => Buffer.concat(list.map(([type, value]) => tlv(type, Buffer.from(value)))));
    fc.assert(
      fc.property(word, word, port, port, extensions, (a, b, p, q, more) => {
        const header = versionTwo({ addresses: ipv4(a, b, p, q), extensions: more });
        expect(readProxyHeader(Buffer.concat([header, REQUEST]))).toEqual({
          ok: true,
          value: { length: header.length, source: formatIPv4(a) },
        });
      }),
    );
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), extensions, ([a, b, c, d], more) => {
        fc.pre(a !== 0 || b !== 0 || c !== 0xffff);
        const addresses = Buffer.alloc(36);
        for (const [index, each] of [a, b, c, d].entries()) addresses.writeUInt32BE(each, 4 * index);
        const header = versionTwo({ family: 0x21, addresses, extensions: more });
        expect(readProxyHeader(header)).toEqual({
          ok: true,
          value: { length: header.length, source: formatIPv6(a, b, c, d) },
        });
      }),
    );
  });

  test('an IPv4-mapped client is an IPv4 client', () => {
    const addresses = Buffer.alloc(36);
    addresses.writeUInt16BE(0xffff, 10);
    addresses.writeUInt32BE(0xc0000207, 12);
    expect(readProxyHeader(versionTwo({ family: 0x21, addresses }))).toMatchObject({
      value: { source: '192.0.2.7' },
    });
  });

  test.each<[string, Parts]>([
    ['LOCAL', { versionCommand: 0x20 }],
    ['LOCAL with whatever it says', { versionCommand: 0x20, family: 0, addresses: Buffer.alloc(99, 7) }],
    ['of an unspecified family', { family: 0, addresses: Buffer.alloc(0) }],
    ['of an unspecified family with extensions', { family: 0, addresses: tlv(2, Buffer.from('a')) }],
    ['from a UNIX socket', { family: 0x31, addresses: Buffer.alloc(216, 0x61) }],
  ])('one that is %s names nobody', (_, parts) => {
    const header = versionTwo(parts);
    expect(readProxyHeader(header)).toEqual({ ok: true, value: { length: header.length } });
  });

  test.each<[string, Parts]>([
    ['of another version', { versionCommand: 0x11 }],
    ['of another command', { versionCommand: 0x22 }],
    ['of another family', { family: 0x41 }],
    ['of another transport', { family: 0x13 }],
    ['too short for its addresses', { addresses: Buffer.alloc(11) }],
    ['too short for UNIX addresses', { family: 0x31, addresses: Buffer.alloc(215) }],
    ['with an extension cut off', { extensions: Buffer.of(4, 0) }],
    ['with an extension longer than itself', { extensions: Buffer.of(4, 0, 2, 1) }],
    ['with a checksum of the wrong size', { extensions: tlv(3, Buffer.alloc(3)) }],
    ['with a wrong checksum', { extensions: tlv(3, Buffer.alloc(4)) }],
  ])('one %s is malformed', (_, parts) => {
    expect(readProxyHeader(versionTwo(parts))).toEqual({ ok: false, error: 'malformed' });
  });

  test('a checksum that is right is taken, and no changed bit gets past it', () => {
    const { header, at } = withChecksum(ipv4(0xc0000207, 1, 2, 3));
    expect(readProxyHeader(header)).toMatchObject({ value: { source: '192.0.2.7' } });
    const bits = fc.integer({ min: 16 * 8, max: 28 * 8 - 1 });
    fc.assert(
      fc.property(bits, (bit) => {
        const changed = Buffer.from(header);
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(readProxyHeader(changed)).toEqual({ ok: false, error: 'malformed' });
      }),
    );
    const changed = Buffer.from(header);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    expect(readProxyHeader(changed)).toEqual({ ok: false, error: 'malformed' });
  });

  test('one longer than 4 KiB is refused before it has come', () => {
    expect(readProxyHeader(versionTwo({ length: 4_081 }))).toEqual({ ok: false, error: 'oversized' });
    expect(readProxyHeader(versionTwo({ length: 4_080 }))).toEqual({ ok: true, value: undefined });
    expect(readProxyHeader(versionTwo({ length: 65_535 }))).toEqual({ ok: false, error: 'oversized' });
  });
});

test('the beginning of a header waits for the rest, wherever it is cut', () => {
  const headers = [
    Buffer.from('PROXY TCP4 192.0.2.7 198.51.100.1 40000 443\r\n'),
    withChecksum(ipv4(0xc0000207, 1, 2, 3)).header,
    versionTwo({ versionCommand: 0x20, addresses: Buffer.alloc(0) }),
  ];
  for (const header of headers) {
    for (let length = 1; length < header.length; length++)
      expect(readProxyHeader(header.subarray(0, length))).toEqual({ ok: true, value: undefined });
  }
});

test('any bytes are a header, the beginning of one, or none, and nothing is thrown', () => {
  const start = fc.constantFrom(VERSION_TWO_START, Buffer.from('PROXY TCP4 '), Buffer.alloc(0));
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 400 }), (first, rest) => {
      const bytes = Buffer.concat([first, rest]);
      const outcome = readProxyHeader(bytes);
      if (outcome.ok && outcome.value !== undefined)
        expect(outcome.value.length).toBeLessThanOrEqual(bytes.length);
    }),
    { numRuns: 1_000 },
  );
});
