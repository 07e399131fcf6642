import { createClient } from '@redis/client';
import { answered } from './answered.ts';
import type { Client, Connected } from './redis-connection.ts';
import type { RedisAddress, RedisServerOptions } from './redis-server-options.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/** A connected and authenticated client of one server; it does not come back by itself when it breaks. */
export async function connectToServer(
  options: RedisServerOptions,
  address: RedisAddress,
): Promise<Connected> {
  const { username, password, database, tls, connectTimeoutMs = CONNECT_TIMEOUT_MS } = options;
  const socket = { ...address, connectTimeout: connectTimeoutMs, reconnectStrategy: false } as const;
  const client: Client = createClient({
    RESP: 2,
    // Both would want rights that an access list need not give.
    disableClientInfo: true,
    maintNotifications: 'disabled',
    socket:
      tls === undefined
        ? socket
        : {
            ...socket,
            tls: true,
            ...(tls.ca === undefined ? {} : { ca: tls.ca }),
            ...(tls.cert === undefined ? {} : { cert: tls.cert }),
            ...(tls.key === undefined ? {} : { key: tls.key }),
            ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
            rejectUnauthorized: tls.verify ?? true,
          },
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
  });
  // Every failure also reaches the command that met it; without a listener it would end the process.
  client.on('error', () => {});
  try {
    // Logging in is part of it.
    await answered(client, connectTimeoutMs, () => client.connect());
    return { client, address };
  } catch (error) {
    if (client.isOpen) client.destroy();
    throw error;
  }
}
