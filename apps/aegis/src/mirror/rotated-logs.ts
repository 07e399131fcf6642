import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A log, or a file that it was moved or copied to. */
export interface LogFile {
  readonly path: string;
  readonly stats: Stats;
}

/** What rotation puts behind a name: `.1`, `-20261122`, `.2026-11-22`. Compressed ones are not read. */
const SUFFIX = /^[.-]\d{1,14}(?:[-_.T:]\d{1,6}){0,4}$/;
/** Looked at; a folder with more of them has long been forgotten by its logs. */
const MOST = 1_000;

/** The rotated files of this log that are there, those written last at the end. */
export async function rotatedLogs(path: string): Promise<readonly LogFile[]> {
  const [folder, name] = [dirname(path), basename(path)];
  const names = (await readdir(folder)).filter(
    (each) => each.startsWith(name) && SUFFIX.test(each.slice(name.length)),
  );
  const found: LogFile[] = [];
  for (const each of names.slice(0, MOST)) {
    const rotated = join(folder, each);
    const stats = await stat(rotated).catch(() => undefined);
    if (stats?.isFile() === true) found.push({ path: rotated, stats });
  }
  return found.sort((a, b) => a.stats.mtimeMs - b.stats.mtimeMs);
}
