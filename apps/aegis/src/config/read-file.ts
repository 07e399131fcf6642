import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { Result } from '@aegis/model';

interface FileError {
  readonly kind: 'missing' | 'unreadable' | 'too_big';
  readonly message: string;
}

/** Reads a whole file of at most `limit` bytes. */
export type ReadFile = (path: string, limit: number) => Result<Uint8Array, FileError>;

/** From the file system; only regular files and pipes, so that a device cannot be read for ever. */
export const readFile: ReadFile = (path, limit) => {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY);
    const stats = fstatSync(descriptor);
    if (!stats.isFile() && !stats.isFIFO()) {
      return Result.err({ kind: 'unreadable', message: 'cannot be read: it is not a file' });
    }
    return readWhole(descriptor, limit);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return Result.err({ kind: 'missing', message: 'there is no such file' });
    return Result.err({ kind: 'unreadable', message: `cannot be read: ${message}` });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
};

function readWhole(descriptor: number, limit: number): Result<Uint8Array, FileError> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const chunk = new Uint8Array(65_536);
    const count = readSync(descriptor, chunk, 0, chunk.length, null);
    if (count === 0) return Result.ok(Buffer.concat(chunks));
    total += count;
    if (total > limit) {
      return Result.err({ kind: 'too_big', message: `is larger than ${limit} bytes` });
    }
    chunks.push(chunk.subarray(0, count));
  }
}
