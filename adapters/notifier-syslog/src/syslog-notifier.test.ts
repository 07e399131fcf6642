import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import type { Notification } from '@aegis/ports';
import { notifierConformance } from '@aegis/ports/conformance';
import { makeCertificates } from '@aegis/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cef } from './cef.ts';
import { openSyslogNotifier } from './syslog-notifier.ts';

const folder = mkdtempSync(join(tmpdir(), 'aegis-syslog-'));
const certificates = makeCertificates(folder);
let heard: string[] = [];

/** Keeps what came on a connection, less the count of octets in front of it, once the connection has ended. */
const take = (socket: Socket): void => {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => {});
  socket.on('end', () => {
    const [, length = '', text = ''] = /^(\d+) (.*)$/s.exec(Buffer.concat(chunks).toString()) ?? [];
    heard.push(Buffer.byteLength(text) === Number(length) ? text : `a wrong count: ${length}`);
  });
};

const servers: Readonly<Record<'tcp' | 'tls', () => Server>> = {
  tcp: () => createServer(take),
  tls: () =>
    createTlsServer(
      { cert: readFileSync(certificates.certFile), key: readFileSync(certificates.keyFile) },
      take,
    ),
};
const listen = async (server: Server, port: number): Promise<number> => {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};
const datagrams = createSocket('udp4', (message) => heard.push(message.toString()));
const running = { tcp: servers.tcp(), tls: servers.tls() };
const ports = { tcp: 0, tls: 0, udp: 0 };

beforeAll(async () => {
  ports.tcp = await listen(running.tcp, 0);
  ports.tls = await listen(running.tls, 0);
  datagrams.bind(0, '127.0.0.1');
  await once(datagrams, 'listening');
  ports.udp = datagrams.address().port;
});
afterAll(() => {
  running.tcp.close();
  running.tls.close();
  datagrams.close();
  rmSync(folder, { recursive: true });
});

const FRAME = /^<3[3-9]>1 \S+Z node-1 aegis \d+ [\w-]+ - (CEF:0\|.*)$/;

/** The fields of an event, read as a receiver does; undefined where they do not read. */
function parsed(
  line: string,
): { readonly header: readonly string[]; readonly fields: Record<string, string> } | undefined {
  const event = FRAME.exec(line)?.[1];
  if (event === undefined) return undefined;
  const header: string[] = [];
  let rest = event;
  for (let i = 0; i < 7; i++) {
    const [whole, field = ''] = /^((?:[^\\|]|\\[\\|])*)\|/.exec(rest) ?? [];
    if (whole === undefined) return undefined;
    header.push(field.replace(/\\([\\|])/g, '$1'));
    rest = rest.slice(whole.length);
  }
  const fields: Record<string, string> = {};
  for (const [, key = '', value = ''] of rest.matchAll(/(?:^| )(\w+)=((?:[^\\=]|\\[\\=])*?)(?=$| \w+=)/g))
    fields[key] = value.replace(/\\([\\=])/g, '$1');
  return { header, fields };
}

const KEYS = /^(?:rt|externalId|dvchost|cnt|src|msg|cs[1-6](?:Label)?)$/;

for (const way of ['tcp', 'tls', 'udp'] as const)
  notifierConformance(`syslog over ${way}`, {
    open: async () => {
      heard = [];
      const url = `${way}://127.0.0.1:${ports[way]}`;
      return openSyslogNotifier({ url, caFile: certificates.caFile, node: 'node-1', version: '1.2.3' });
    },
    received: () =>
      heard.map((line) => {
        const { header = [], fields = {} } = parsed(line) ?? {};
        const level = header[6] === '8' ? 'HIGH' : '';
        return [level, ...header, ...Object.values(fields)].join('\n');
      }),
    active: () =>
      heard.filter((line) => {
        const event = parsed(line);
        return (
          event === undefined ||
          event.header.length !== 7 ||
          !Object.keys(event.fields).every((key) => KEYS.test(key))
        );
      }),
    async goAway() {
      if (way !== 'udp') await new Promise((resolve) => running[way].close(resolve));
    },
    async comeBack() {
      if (way === 'udp') return;
      running[way] = servers[way]();
      await listen(running[way], ports[way]);
    },
    isAcknowledged: way !== 'udp',
  });

const message: Notification = {
  ...{
    id: 'n-1',
    at: 1_000,
    event: 'decision',
    level: 'CRITICAL',
    title: 'a|b\\c',
    count: 3,
    node: 'node-1',
  },
  items: [{ at: 0, text: 'x=y\\z', facts: { address: '2001:db8::1', 'a=b': 'c d=e' } }],
};

test('an event is written as its format has it', () => {
  expect(cef(message, '1.2.3')).toBe(
    'CEF:0|Aegis|aegis|1.2.3|decision|a\\|b\\\\c|10|' +
      'rt=1000 externalId=n-1 dvchost=node-1 cnt=3 src=2001:db8::1 msg=x\\=y\\\\z cs1Label=a\\=b cs1=c d\\=e',
  );
});

test('what is no address is not told as one', () => {
  const item = { at: 0, text: 'x', facts: { address: 'evil.example' } };
  expect(cef({ ...message, items: [item] }, '1')).not.toContain('src=');
});

test('a datagram is small enough for any receiver', () => {
  const long = '漢='.repeat(5_000);
  const facts = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`f${i}`, long]));
  const event = cef({ ...message, title: long, items: [{ at: 0, text: long, facts }] }, '1.2.3');
  expect(Buffer.byteLength(event)).toBeLessThanOrEqual(1_900);
});
