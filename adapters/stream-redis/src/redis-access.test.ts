import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RedisServerOptions } from '@aegis/redis';
import {
  type Certificates,
  describeWithReal,
  freePort,
  makeCertificates,
  type RedisServer,
  startRedis,
} from '@aegis/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRedisStream } from './redis-stream.ts';
import { conformanceOn } from './testing/conformance-on.ts';

/** Commands that a stream and its groups use. */
const ALLOWED = [
  ...['+ping', '+eval', '+xadd', '+xlen', '+xrange', '+xdel', '+xtrim', '+xgroup', '+xreadgroup', '+xack'],
  ...['+xpending', '+xclaim', '+xautoclaim', '+xinfo', '+exists', '+time', '+wait'],
  ...['+client|id', '+client|unblock', '+select'],
];

describeWithReal('redis', 'a stream on a Redis with TLS, client certificates and an access list', () => {
  let redis: RedisServer;
  let folder: string;
  let certificates: Certificates;
  let tlsPort: number;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'aegis-redis-tls-'));
    certificates = makeCertificates(folder);
    tlsPort = await freePort();
    const { caFile, certFile, keyFile } = certificates;
    redis = await startRedis({
      args: [
        ...['--tls-port', String(tlsPort), '--tls-auth-clients', 'yes', '--tls-ca-cert-file', caFile],
        ...['--tls-cert-file', certFile, '--tls-key-file', keyFile, '--requirepass', 'of the server'],
      ],
    });
    // What docs/analytics-worker.md tells an operator to allow, and nothing more.
    const user = ['aegis', 'on', '>of the user', '~stream-*', '~{stream-*', '-@all', ...ALLOWED];
    execFileSync('redis-cli', ['-p', String(redis.port), '-a', 'of the server', 'ACL', 'SETUSER', ...user]);
  });
  afterAll(async () => {
    await redis.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  const tls = () => ({
    ca: certificates.ca,
    cert: readPem(certificates.certFile),
    key: readPem(certificates.keyFile),
  });
  const server = (): RedisServerOptions => ({
    servers: [{ host: '127.0.0.1', port: tlsPort }],
    username: 'aegis',
    password: 'of the user',
    tls: tls(),
  });
  conformanceOn('redis with TLS and an access list', server);

  describe('refused', () => {
    const append = async (options: RedisServerOptions): Promise<unknown> => {
      const stream = openRedisStream({ ...options, stream: 'stream-refused' });
      return stream.append(['a']).finally(() => stream.close());
    };
    test('with a wrong password, and says so', async () => {
      await expect(append({ ...server(), password: 'wrong' })).rejects.toMatchObject({
        code: 'stream_unavailable',
        message: expect.stringContaining('WRONGPASS'),
      });
    });
    test('without one', async () => {
      const anonymous: RedisServerOptions = { servers: server().servers, tls: tls() };
      await expect(append(anonymous)).rejects.toThrow('NOAUTH');
    });
    test('where the certificate is of an authority that is not trusted', async () => {
      const { cert, key } = tls();
      await expect(append({ ...server(), tls: { cert, key } })).rejects.toThrow(
        /self-signed certificate|unable to verify/,
      );
    });
    test('where the certificate is for another name', async () => {
      await expect(append({ ...server(), tls: { ...tls(), serverName: 'redis.example' } })).rejects.toThrow(
        'redis.example',
      );
    });
  });
});

/** The server's password alone, and a numbered database. */
describeWithReal('redis', 'a stream on a Redis with a password', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis({ args: ['--requirepass', 'of the server'] });
  });
  afterAll(() => redis.remove());
  conformanceOn('redis with a password', () => ({
    servers: [redis],
    password: 'of the server',
    database: 3,
  }));
});

function readPem(file: string): string {
  return readFileSync(file, 'utf8');
}
