export { createDryRunTools } from './dry-run-tools.ts';
export { createIpsetEnforcer, type IpsetOptions } from './ipset-enforcer.ts';
export { createSpawnedTools } from './spawned-tools.ts';
export type { Step, Tools } from './tools.ts';
