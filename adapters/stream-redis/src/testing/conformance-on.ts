import { setTimeout as sleep } from 'node:timers/promises';
import { streamConformance } from '@aegis/ports/conformance';
import type { RedisServerOptions } from '@aegis/redis';
import { openRedisStream } from '../redis-stream.ts';

/** The port's suite, each test on a stream of its own, on a server that runs throughout. */
export function conformanceOn(name: string, server: () => RedisServerOptions): void {
  let stores = 0;
  const open = () => openRedisStream({ ...server(), stream: `stream-${stores}` });
  streamConformance(name, {
    open: async () => {
      stores++;
      return open();
    },
    reopen: async () => open(),
    advance: (ms) => sleep(ms),
    cleanup: async () => {},
  });
}
