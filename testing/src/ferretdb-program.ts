import { chmodSync, cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type MadeProgram, madeFolder, makingStep } from './made-program.ts';

/** What its module asks for; an older Go, such as Debian's, is only there to fetch this one as a module. */
const GO = { major: 1, minor: 23, module: 'golang.org/toolchain@v0.0.1-go1.23.12.linux-amd64' };
const SOURCE = join(import.meta.dirname, 'ferretdb');

/** MongoDB's protocol on SQLite. Version 1.24: the last that needs no PostgreSQL with an extension. */
export const FERRETDB: MadeProgram = {
  name: 'ferretdb',
  version: '1.24.0',
  make(folder) {
    cpSync(SOURCE, folder, { recursive: true });
    const go = goProgram(folder);
    const env = { GOTOOLCHAIN: 'local', CGO_ENABLED: '0' };
    const words = [
      'build',
      '-trimpath',
      '-tags',
      'ferretdb_no_postgresql',
      '-ldflags',
      '-s -w',
      '-o',
      'ferretdb',
    ];
    makingStep([go, ...words, '.'], { cwd: folder, env });
  },
};

export function ferretdbProgram(): string {
  return join(madeFolder(FERRETDB), 'ferretdb');
}

function goProgram(folder: string): string {
  const version = makingStep(['go', 'version'], { cwd: folder, env: { GOTOOLCHAIN: 'local' } });
  const [, major = 0, minor = 0] = /go(\d+)\.(\d+)/.exec(version)?.map(Number) ?? [];
  if (major > GO.major || minor >= GO.minor) return 'go';
  const { Dir: dir } = JSON.parse(
    makingStep(['go', 'mod', 'download', '-json', GO.module], { cwd: '/' }),
  ) as {
    readonly Dir: string;
  };
  // A module's files cannot be run until they are made so; a Go that knows of toolchains would do this itself.
  for (const folderOf of ['bin', 'pkg/tool/linux_amd64'])
    for (const name of readdirSync(join(dir, folderOf))) chmodSync(join(dir, folderOf, name), 0o755);
  return join(dir, 'bin', 'go');
}
