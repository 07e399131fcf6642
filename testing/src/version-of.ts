import { spawnSync } from 'node:child_process';
import type { RealProgram } from './programs.ts';

/** Undefined where the program is not installed. */
export function versionOf({ version: [command, ...args], versionPattern }: RealProgram): string | undefined {
  const { stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 60_000 });
  if (error !== undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  return versionPattern.exec(`${stdout}\n${stderr}`)?.[1] ?? 'unknown version';
}
