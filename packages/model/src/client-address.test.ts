import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Address } from './address.ts';
import { clientAddresses, type ForwardingHeader, prefixMatcher } from './client-address.ts';
import { Prefix } from './prefix.ts';

function prefixes(...texts: readonly string[]): readonly Prefix[] {
  return texts.map((text) => {
    const parsed = Prefix.parse(text);
    if (!parsed.ok) throw new Error(parsed.error.message);
    return parsed.value;
  });
}

const trusted = prefixMatcher(prefixes('10.0.0.0/8', '2001:db8:ffff::/48'));

type Headers = Partial<Record<ForwardingHeader, string>>;

function clients(
  peer: string,
  headers: Headers,
  believed: readonly ForwardingHeader[] = ['x-forwarded-for', 'x-real-ip'],
): readonly string[] {
  const header = (name: ForwardingHeader): string | undefined => headers[name];
  return clientAddresses({ peer: peer as Address, header }, { trusted, headers: believed });
}

const XFF = 'x-forwarded-for';

test.each<[what: string, peer: string, headers: Headers, expected: string[]]>([
  ['no header', '192.0.2.1', {}, ['192.0.2.1']],
  [
    'an untrusted peer is the client, whatever it says',
    '192.0.2.1',
    { [XFF]: '198.51.100.1' },
    ['192.0.2.1'],
  ],
  ['and with X-Real-IP', '192.0.2.1', { 'x-real-ip': '198.51.100.1' }, ['192.0.2.1']],
  ['a trusted peer without headers is the client', '10.0.0.1', {}, ['10.0.0.1']],
  ['one hop', '10.0.0.1', { [XFF]: '192.0.2.1' }, ['192.0.2.1']],
  ['a forged left part never wins', '10.0.0.1', { [XFF]: '203.0.113.9, 192.0.2.1' }, ['192.0.2.1']],
  [
    'trusted hops are skipped',
    '10.0.0.1',
    { [XFF]: '203.0.113.9, 192.0.2.1, 10.1.1.1 , 10.0.0.2' },
    ['192.0.2.1'],
  ],
  [
    'a trusted address further left is not believed',
    '10.0.0.1',
    { [XFF]: '10.9.9.9, 192.0.2.1' },
    ['192.0.2.1'],
  ],
  ['all trusted: the leftmost', '10.0.0.1', { [XFF]: '10.3.3.3, 10.2.2.2' }, ['10.3.3.3']],
  ['no address: the hop that wrote it', '10.0.0.1', { [XFF]: '192.0.2.1, unknown, 10.2.2.2' }, ['10.2.2.2']],
  ['nothing but nonsense: the peer', '10.0.0.1', { [XFF]: 'unknown' }, ['10.0.0.1']],
  ['an empty header: the peer', '10.0.0.1', { [XFF]: '' }, ['10.0.0.1']],
  ['ports and brackets', '10.0.0.1', { [XFF]: '192.0.2.1:4711' }, ['192.0.2.1']],
  ['IPv6 with a port', '10.0.0.1', { [XFF]: '[2001:db8::1]:4711' }, ['2001:db8::1']],
  ['IPv4-mapped IPv6 is IPv4', '10.0.0.1', { [XFF]: '::ffff:192.0.2.1' }, ['192.0.2.1']],
  ['an IPv6 proxy', '2001:db8:ffff::1', { [XFF]: '2001:db8::7' }, ['2001:db8::7']],
  ['X-Real-IP alone', '10.0.0.1', { 'x-real-ip': '192.0.2.1' }, ['192.0.2.1']],
  ['both agree', '10.0.0.1', { [XFF]: '192.0.2.1', 'x-real-ip': '192.0.2.1' }, ['192.0.2.1']],
  [
    'they disagree: both',
    '10.0.0.1',
    { [XFF]: '192.0.2.9', 'x-real-ip': '192.0.2.1' },
    ['192.0.2.9', '192.0.2.1'],
  ],
  [
    'a hop in X-Real-IP is no client',
    '10.0.0.1',
    { [XFF]: '192.0.2.1', 'x-real-ip': '10.2.2.2' },
    ['192.0.2.1'],
  ],
  ['a header that is not named is not read', '10.0.0.1', { forwarded: 'for=192.0.2.1' }, ['10.0.0.1']],
])('%s', (_what, peer, headers, expected) => {
  expect(clients(peer, headers)).toEqual(expected);
});

test.each<[value: string, expected: string]>([
  ['for=192.0.2.1;proto=https;by=10.0.0.1', '192.0.2.1'],
  ['for=203.0.113.9, For="192.0.2.1:4711"', '192.0.2.1'],
  ['proto=http;for="[2001:db8::1]:80", for=10.1.1.1', '2001:db8::1'],
  ['for=192.0.2.1, for=_hidden', '10.0.0.1'],
  ['for=192.0.2.1, proto=http', '10.0.0.1'],
  ['x=for', '10.0.0.1'],
])('Forwarded: %s', (forwarded, expected) => {
  expect(clients('10.0.0.1', { forwarded }, ['forwarded'])).toEqual([expected]);
});

test('whatever a client puts to the left of what a trusted proxy wrote changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (forged) => {
      expect(clients('10.0.0.1', { [XFF]: `${forged}, 192.0.2.1, 10.0.0.2` })).toEqual(['192.0.2.1']);
    }),
  );
});

test('a chain is walked only so far', () => {
  const chain = ['192.0.2.1', ...Array.from({ length: 40 }, () => '10.0.0.2')].join(',');
  expect(clients('10.0.0.1', { [XFF]: chain })).toEqual(['10.0.0.2']);
});

test.each<[prefix: string, address: string, held: boolean]>([
  ['192.0.2.0/24', '192.0.2.255', true],
  ['192.0.2.0/24', '192.0.3.0', false],
  ['0.0.0.0/0', '203.0.113.1', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['::/0', '192.0.2.1', false],
  ['2001:db8::/33', '2001:db8:7fff::1', true],
  ['2001:db8::/33', '2001:db8:8000::1', false],
  ['2001:db8::1/128', '2001:db8::1', true],
  ['192.0.2.1/32', '192.0.2.1', true],
  ['192.0.2.1/32', '192.0.2.0', false],
])('%s holds %s: %s', (prefix, address, held) => {
  expect(prefixMatcher(prefixes(prefix))(address as Address)).toBe(held);
});

test('no prefixes hold nothing', () => {
  expect(prefixMatcher([])('192.0.2.1' as Address)).toBe(false);
});
