import type { Check, MachineContext, NodeContext } from './check.ts';
import { apiKey } from './checks/api-key.ts';
import { cliKey } from './checks/cli-key.ts';
import { configFile } from './checks/config-file.ts';
import { crawlers } from './checks/crawlers.ts';
import { dataDirectory } from './checks/data-dir.ts';
import { databases } from './checks/databases.ts';
import { diskSpace } from './checks/disk-space.ts';
import { exposure } from './checks/exposure.ts';
import { fileDescriptors } from './checks/file-descriptors.ts';
import { fileSystem } from './checks/file-system.ts';
import { geo } from './checks/geo.ts';
import { guard } from './checks/guard.ts';
import { ledgerServer } from './checks/ledger-server.ts';
import { lockOut } from './checks/lock-out.ts';
import { logLevel } from './checks/log-level.ts';
import { memoryServer } from './checks/memory-server.ts';
import { mesh } from './checks/mesh.ts';
import { nodeVersion } from './checks/node-version.ts';
import { decoyPort, httpPort } from './checks/ports.ts';
import { privileges } from './checks/privileges.ts';
import { queueServer } from './checks/queue-server.ts';
import { redis } from './checks/redis.ts';
import { registry } from './checks/registry.ts';
import { scenarios } from './checks/scenarios.ts';
import { systemClock } from './checks/system-clock.ts';
import { trustedProxies } from './checks/trusted-proxies.ts';
import { writeAheadLog } from './checks/write-ahead-log.ts';

export const MACHINE_CHECKS: readonly Check<MachineContext>[] = [nodeVersion, privileges, apiKey];

export const NODE_CHECKS: readonly Check<NodeContext>[] = [
  configFile,
  dataDirectory,
  fileSystem,
  diskSpace,
  databases,
  writeAheadLog,
  cliKey,
  systemClock,
  fileDescriptors,
  redis,
  ledgerServer,
  memoryServer,
  queueServer,
  mesh,
  registry,
  httpPort,
  decoyPort,
  exposure,
  trustedProxies,
  lockOut,
  scenarios,
  geo,
  crawlers,
  guard,
  logLevel,
];
