import { expect, test } from 'vitest';
import { parseServerAddress } from './server-address.ts';

test.each([
  ['redis-1', { host: 'redis-1', port: 6379 }],
  ['redis-1.example.org:7000', { host: 'redis-1.example.org', port: 7000 }],
  ['192.0.2.1:7000', { host: '192.0.2.1', port: 7000 }],
  ['[2001:db8::1]:7000', { host: '2001:db8::1', port: 7000 }],
  ['[::1]', { host: '::1', port: 6379 }],
])('%s', (text, address) => {
  expect(parseServerAddress(text, 6379)).toEqual(address);
});

test.each(['', ':7000', 'a:0', 'a:65536', 'a:7000:1', '2001:db8::1', 'redis://a:7000', 'a b:1', '[]:1'])(
  '%j is none',
  (text) => {
    expect(parseServerAddress(text, 6379)).toBeUndefined();
  },
);
