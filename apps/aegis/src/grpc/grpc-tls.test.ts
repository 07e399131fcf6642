import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, silentLogger } from '@aegis/model';
import { type Certificates, makeCertificates } from '@aegis/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestNode, type TestNode } from '../http/fixture/test-node.ts';
import { Gate } from '../http/gate.ts';
import { readServerTls } from '../http/server-tls.ts';
import { GrpcServer } from './grpc-server.ts';

let folder: string;
let certificates: Certificates;
let node: TestNode;
let server: GrpcServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-grpc-tls-'));
  certificates = makeCertificates(folder);
  node = await startTestNode();
  const { certFile, keyFile, caFile } = certificates;
  const tls = readServerTls({ certFile, keyFile, clientCaFile: caFile }, 'grpc');
  if (tls === undefined) throw new Error('no TLS');
  const shared = { clock: new ManualClock(), logger: silentLogger };
  const gate = new Gate({ services: node.services, openCheck: true, newId: () => 'id', ...shared });
  const size = { maxMessageBytes: 65_536, maxConnections: 10 };
  server = new GrpcServer({
    host: '127.0.0.1',
    port: 0,
    ...size,
    methods: [],
    gate,
    tls,
    logger: silentLogger,
  });
  await server.start();
});

afterAll(async () => {
  await server.stop();
  await node.close();
  rmSync(folder, { recursive: true });
});

async function grpcStatus(shown: object): Promise<unknown> {
  const session = connect(`https://${server.place}`, { ca: certificates.ca, ...shown });
  const failed = once(session, 'error').then(([error]) => Promise.reject(error));
  try {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/x/Y',
      'content-type': 'application/grpc',
    });
    stream.on('error', () => {});
    stream.end();
    const [headers] = await Promise.race([once(stream, 'response'), failed]);
    return headers['grpc-status'];
  } finally {
    failed.catch(() => {});
    session.destroy();
  }
}

test('gRPC over mutual TLS serves who shows a certificate, and nobody else', async () => {
  const shown = { cert: readFileSync(certificates.certFile), key: readFileSync(certificates.keyFile) };
  expect(await grpcStatus(shown)).toBe('12');
  await expect(grpcStatus({})).rejects.toThrow();
});
