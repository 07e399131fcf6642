import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { type Certificates, makeCertificates } from '@aegis/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copiesIn, copyLine, syslogCopy } from './checkpoint-copies.ts';

let folder: string;
let certificates: Certificates;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-syslog-'));
  certificates = makeCertificates(folder);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** A server that keeps the octets of each connection; ends with the test. */
async function listen(make: (taken: (socket: Socket) => void) => Server): Promise<{
  readonly port: number;
  readonly heard: string[];
  close(): Promise<void>;
}> {
  const heard: string[] = [];
  const server = make((socket) => {
    let bytes = '';
    socket.on('data', (chunk) => {
      bytes += chunk.toString();
    });
    socket.on('end', () => heard.push(bytes));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { port, heard, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** The messages of RFC 6587, section 3.4.1: each after the count of its octets. */
function messagesIn(octets: string): readonly string[] {
  const bytes = Buffer.from(octets);
  const messages: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(' ', at);
    const length = Number(bytes.subarray(at, blank).toString());
    messages.push(bytes.subarray(blank + 1, blank + 1 + length).toString());
    at = blank + 1 + length;
  }
  return messages;
}

const now = (): number => Date.UTC(2026, 10, 22, 7);
const TEXT = 'node-1\n2\nroot\n\n\u2014 node-1 sig\n';
const MESSAGE = /^<110>1 2026-11-22T07:00:00\.000Z node-1 aegis \d+ trail-checkpoint - \{"checkpoint":/;

test('over TCP a checkpoint comes as one counted message, and reads back as it was signed', async () => {
  const server = await listen((taken) => createServer(taken));
  const copy = syslogCopy(`tcp://127.0.0.1:${server.port}`, 'node-1', now, '');
  await copy.put(copyLine(TEXT));
  await copy.put(copyLine(TEXT));
  await expect.poll(() => server.heard.length).toBe(2);
  for (const octets of server.heard) {
    const [message, ...others] = messagesIn(octets);
    expect(others).toEqual([]);
    expect(message).toMatch(MESSAGE);
    expect(copiesIn(message ?? '')).toEqual([TEXT]);
  }
  await server.close();
});

test('over TLS the server must be the one that its certificate names', async () => {
  const keys = { cert: readFileSync(certificates.certFile), key: readFileSync(certificates.keyFile) };
  const server = await listen((taken) => createTlsServer(keys, taken));
  const to = `tls://127.0.0.1:${server.port}`;
  await syslogCopy(to, 'node-1', now, certificates.caFile).put(copyLine(TEXT));
  await expect.poll(() => server.heard.length).toBe(1);
  expect(messagesIn(server.heard[0] ?? '')[0]).toMatch(MESSAGE);
  await expect(syslogCopy(to, 'node-1', now, '').put(copyLine(TEXT))).rejects.toThrow(/certificate/);
  expect(server.heard).toHaveLength(1);
  await server.close();
});

test('a server that is away, or an authority that is not there, is told', async () => {
  const server = await listen((taken) => createServer(taken));
  await server.close();
  const copy = syslogCopy(`tcp://127.0.0.1:${server.port}`, 'node-1', now, '');
  await expect(copy.put(copyLine(TEXT))).rejects.toThrow(/ECONNREFUSED/);
  const gone = syslogCopy('tls://127.0.0.1:1', 'node-1', now, join(folder, 'gone.pem'));
  await expect(gone.put(copyLine(TEXT))).rejects.toThrow(/ENOENT/);
});
