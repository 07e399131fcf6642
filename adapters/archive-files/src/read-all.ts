import { readSync } from 'node:fs';

/** Fewer bytes where the file ends before. */
export function readAll(fd: number, offset: number, bytes: number): Buffer {
  const data = Buffer.allocUnsafe(bytes);
  let done = 0;
  while (done < bytes) {
    const more = readSync(fd, data, done, bytes - done, offset + done);
    if (more === 0) break;
    done += more;
  }
  return data.subarray(0, done);
}
