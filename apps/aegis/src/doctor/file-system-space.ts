import { statfsSync } from 'node:fs';

/** The file system below a path. */
export interface FileSystemSpace {
  readonly freeBytes: number;
  /** Files that can still be made; undefined where the file system does not count them. */
  readonly freeFiles: number | undefined;
  /** Linux's magic number, statfs(2). */
  readonly type: number;
}

export function fileSystemSpace(path: string): FileSystemSpace {
  const { bavail, bsize, files, ffree, type } = statfsSync(path);
  return { freeBytes: bavail * bsize, freeFiles: files > 0 ? ffree : undefined, type };
}
