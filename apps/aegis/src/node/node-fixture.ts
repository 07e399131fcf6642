import { type Clock, type Logger, seededRandom, silentLogger } from '@aegis/model';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { type StartedNode, startNode } from './start-node.ts';
import { systemClock } from './system-clock.ts';

export interface NodeFixtureOptions {
  readonly config?: Partial<Config>;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** The default config on free ports and this data directory. */
export function testConfig(dataDir: string, changes: Partial<Config> = {}): Config {
  const loaded = loadConfig({
    env: {},
    cwd: dataDir,
    hostname: 'test-host',
    readFile: () => ({ ok: false, error: { kind: 'missing', message: '' } }),
  });
  if (!loaded.ok) throw new Error('the default config does not hold');
  const { config } = loaded.value;
  return {
    ...config,
    dataDir,
    http: { ...config.http, port: 0 },
    decoy: { ...config.decoy, port: 0 },
    ...changes,
  };
}

/** A whole node in this process, for tests. */
export function startNodeIn(dataDir: string, options: NodeFixtureOptions = {}): Promise<StartedNode> {
  const { config = {}, clock = systemClock, logger = silentLogger } = options;
  return startNode({
    config: testConfig(dataDir, config),
    secrets: {},
    clock,
    random: seededRandom(1),
    logger,
  });
}
