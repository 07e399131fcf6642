import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@aegis/model';
import type { Config } from '../config/config.ts';
import { createLogger } from '../node/logger.ts';
import { secureRandom } from '../node/secure-random.ts';
import type { StartedNode } from '../node/start-node.ts';
import { maskerFor } from '../trail/masker-for.ts';

/** A node in a temporary data directory, gone without a trace when it stops. */
export async function startDemoNode(defaults: Config, clock: Clock): Promise<StartedNode> {
  const dataDir = mkdtempSync(join(tmpdir(), 'aegis-demo-'));
  const remove = (): void => rmSync(dataDir, { recursive: true, force: true });
  try {
    const config: Config = {
      ...defaults,
      dataDir,
      log: { ...defaults.log, level: 'warn' },
      http: { ...defaults.http, port: await freePort(defaults.http.port) },
      redis: { ...defaults.redis, host: '', hosts: [] },
      decoy: { ...defaults.decoy, port: await freePort(defaults.decoy.port) },
    };
    // Here and not above: commands that start no node do not read it.
    const { startNode } = await import('../node/start-node.ts');
    const node = await startNode({
      config,
      secrets: {},
      clock,
      random: secureRandom,
      logger: createLogger({ ...config.log, masker: maskerFor(config.masking, 'logs') }),
    });
    return {
      ...node,
      async stop() {
        await node.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** The wanted port where nobody listens on it, otherwise 0: any. */
async function freePort(wanted: number): Promise<number> {
  const probe = createServer();
  const { promise, resolve } = Promise.withResolvers<number>();
  probe.once('error', () => resolve(0));
  probe.listen(wanted, '127.0.0.1', () => probe.close(() => resolve(wanted)));
  return promise;
}
