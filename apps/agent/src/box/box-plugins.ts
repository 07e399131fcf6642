import { join } from 'node:path';

/** The plugins that come with the agent, each a file beside this one. */
const BOX = ['auth-log', 'processes', 'files', 'packages', 'flows'] as const;
type BoxPlugin = (typeof BOX)[number];

const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'aegis-agent.js');
/** Small pools: a plugin of the box holds little, and its host has other uses for memory. */
const LEAN = ['--max-old-space-size=48', '--max-semi-space-size=1', '--v8-pool-size=1'];

/** How a plugin of the box is started; undefined where there is none of this name. */
export function boxCommand(name: string): readonly string[] | undefined {
  return isBoxPlugin(name) ? [process.execPath, ...LEAN, PROGRAM, 'plugin', name] : undefined;
}

/** Becomes one. False where there is none of this name. */
export async function runBoxPlugin(name: string): Promise<boolean> {
  switch (name) {
    case 'auth-log':
      await (await import('./auth-log.ts')).runAuthLog();
      return true;
    default:
      return false;
  }
}

function isBoxPlugin(name: string): name is BoxPlugin {
  return (BOX as readonly string[]).includes(name);
}
