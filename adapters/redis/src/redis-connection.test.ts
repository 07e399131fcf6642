import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { AegisError } from '@aegis/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { messageOf } from './message-of.ts';
import { RedisConnection } from './redis-connection.ts';
import type { RedisServerOptions } from './redis-server-options.ts';

// It takes connections, as the kernel does for a process that hangs, and never says a word.
let server: Server;
const sockets = new Set<Socket>();
beforeAll(async () => {
  server = createServer((socket) => void sockets.add(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

test.each([
  ['a server', {}],
  ['a server that wants a password', { password: 'secret' }],
  ['a server of a Cluster', { cluster: true }],
  ['a sentinel', { sentinel: { master: 'mymaster' } }],
] as const)('%s that hangs keeps nobody waiting', async (_, kind) => {
  const { port } = server.address() as AddressInfo;
  const options: RedisServerOptions = {
    ...{ servers: [{ host: '127.0.0.1', port }], connectTimeoutMs: 100, commandTimeoutMs: 100 },
    ...kind,
  };
  const fault = (cause: unknown, where: string): AegisError =>
    new AegisError('away', `${where}: ${messageOf(cause)}`, { cause });
  const connection = new RedisConnection(options, 'key', fault);
  // On a busy machine the connection itself may be what takes too long.
  const expected = { code: 'away', message: expect.stringMatching(/no answer within 100 ms|timeout/i) };
  await expect(connection.send(['PING'])).rejects.toMatchObject(expected);
  // And again: what hung is not waited for.
  await expect(connection.send(['PING'])).rejects.toMatchObject(expected);
  connection.close();
});
