import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Address } from '@aegis/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reverseName, systemNames } from './name-lookup.ts';

const [A, PTR, AAAA] = [1, 12, 28];
const NXDOMAIN = 3;

/** A DNS server of one zone (RFC 1035 section 4.1); a name that it does not have at all is never answered. */
const ZONE: Readonly<Record<string, readonly [type: number, data: Buffer] | undefined>> = {
  '1.2.0.192.in-addr.arpa': [PTR, labels('crawl.googlebot.com')],
  'crawl.googlebot.com': [A, Buffer.from([192, 0, 2, 1])],
  'six.googlebot.com': [AAAA, Buffer.from('20010db8000000000000000000000001', 'hex')],
  '9.2.0.192.in-addr.arpa': undefined,
};

function labels(name: string): Buffer {
  const parts = name
    .split('.')
    .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([...parts, Buffer.from([0])]);
}

function answerTo(query: Buffer): Buffer | undefined {
  const end = query.indexOf(0, 12);
  const parts: string[] = [];
  for (let at = 12; at < end; at += 1 + (query[at] as number))
    parts.push(query.toString('latin1', at + 1, at + 1 + (query[at] as number)));
  const name = parts.join('.').toLowerCase();
  if (!Object.hasOwn(ZONE, name)) return undefined;
  const entry = ZONE[name];
  const type = query.readUInt16BE(end + 1);
  const has = entry !== undefined && entry[0] === type;
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8180 | (entry === undefined ? NXDOMAIN : 0), 2);
  header.writeUInt16BE(has ? 1 : 0, 6);
  header.writeUInt32BE(0, 8);
  const question = query.subarray(12, end + 5);
  if (!has) return Buffer.concat([header, question]);
  const record = Buffer.alloc(12);
  record.writeUInt16BE(0xc00c, 0);
  record.writeUInt16BE(type, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(60, 6);
  record.writeUInt16BE(entry[1].length, 10);
  return Buffer.concat([header, question, record, entry[1]]);
}

let server: Socket;
let place: string;
beforeEach(async () => {
  server = createSocket('udp4');
  server.on('message', (query, { address, port }) => {
    const answer = answerTo(query);
    if (answer !== undefined) server.send(answer, port, address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  place = `127.0.0.1:${server.address().port}`;
});
afterEach(async () => {
  server.close();
  await once(server, 'close');
});

test('an address by its name in the DNS', () => {
  expect(reverseName('192.0.2.1' as Address)).toBe('1.2.0.192.in-addr.arpa');
  expect(reverseName('2001:db8::567:89ab' as Address)).toBe(
    'b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
  );
});

test('names and addresses, and none where there are none', async () => {
  const names = systemNames(5_000, [place]);
  const four = '192.0.2.1' as Address;
  expect(await names.namesOf(four)).toEqual(['crawl.googlebot.com']);
  expect(await names.namesOf('192.0.2.9' as Address)).toEqual([]);
  expect(await names.addressesOf('crawl.googlebot.com', four)).toEqual(['192.0.2.1']);
  expect(await names.addressesOf('crawl.googlebot.com', '2001:db8::1' as Address)).toEqual([]);
  expect(await names.addressesOf('six.googlebot.com', '2001:db8::1' as Address)).toEqual(['2001:db8::1']);
});

test('a server that does not answer is no answer, and is not waited for', async () => {
  await expect(systemNames(200, [place]).namesOf('192.0.2.77' as Address)).rejects.toThrow(
    /ETIMEOUT|timeout/i,
  );
});
