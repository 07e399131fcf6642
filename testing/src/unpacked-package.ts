import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Where a Debian package lies that is unpacked and not installed: its installer would start services or register this
 * machine with somebody. `root` is as `/` would be.
 */
export function unpackedPackage(debian: string): {
  readonly root: string;
  readonly version: string | undefined;
} {
  const folder = folderOf(debian);
  const note = join(folder, 'version');
  return { root: join(folder, 'root'), version: existsSync(note) ? readFileSync(note, 'utf8') : undefined };
}

/** Downloads and unpacks it. Why that failed; empty where it did not. */
export function unpackPackage(debian: string): string {
  const folder = folderOf(debian);
  mkdirSync(folder, { recursive: true });
  const run = (program: string, ...words: readonly string[]): string => {
    const { status, error, stderr, stdout } = spawnSync(program, words, { cwd: folder, encoding: 'utf8' });
    if (error !== undefined) throw error;
    if (status !== 0)
      throw new Error(`${program} ended with ${status}: ${stderr.trim().split('\n').at(-1) ?? ''}`);
    return stdout.trim();
  };
  try {
    run('apt-get', 'download', '-q', debian);
    const file = readdirSync(folder).find((name) => name.endsWith('.deb'));
    if (file === undefined) return `apt-get download left no package ${debian}`;
    run('dpkg-deb', '-x', file, 'root');
    // Last: what has a version is whole.
    writeFileSync(join(folder, 'version'), run('dpkg-deb', '-f', file, 'Version'));
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function folderOf(debian: string): string {
  return join(tmpdir(), 'aegis-unpacked', debian);
}
