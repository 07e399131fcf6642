import { join } from 'node:path';

/** The plugins that come with the agent. */
const BOX: ReadonlyMap<string, () => Promise<void>> = new Map([
  ['auth-log', async () => (await import('./auth-log.ts')).runAuthLog()],
  ['processes', async () => (await import('./processes.ts')).runProcesses()],
  ['files', async () => (await import('./files.ts')).runFiles()],
  ['packages', async () => (await import('./packages.ts')).runPackages()],
  ['flows', async () => (await import('./flows.ts')).runFlows()],
]);

const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'aegis-agent.js');
/** Small pools: a plugin of the box holds little, and its host has other uses for memory. */
const LEAN = ['--max-old-space-size=48', '--max-semi-space-size=1', '--v8-pool-size=1'];

/** How a plugin of the box is started; undefined where there is none of this name. */
export function boxCommand(name: string): readonly string[] | undefined {
  return BOX.has(name) ? [process.execPath, ...LEAN, PROGRAM, 'plugin', name] : undefined;
}

/** Becomes one. False where there is none of this name. */
export async function runBoxPlugin(name: string): Promise<boolean> {
  const run = BOX.get(name);
  await run?.();
  return run !== undefined;
}
