import { spawnSync } from 'node:child_process';
import { madeVersion } from './made-program.ts';
import type { RealProgram } from './programs.ts';
import { unpackedPackage } from './unpacked-package.ts';

/** Undefined where the program is not there. */
export function versionOf(program: RealProgram): string | undefined {
  if (program.made !== undefined) return madeVersion(program.made);
  if (program.unpacked === true) return unpackedPackage(program.debian).version;
  const {
    version: [command, ...args],
    versionPattern,
  } = program;
  const { stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 60_000 });
  if (error !== undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  return versionPattern.exec(`${stdout}\n${stderr}`)?.[1] ?? 'unknown version';
}
