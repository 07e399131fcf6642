import { createHash } from 'node:crypto';
import { z } from 'zod';

/** Where somebody was in a log. */
export interface LogPlace {
  /** Absent where it was not known. */
  readonly inode?: number;
  /** Of the next byte to read. */
  readonly offset: number;
  /** Of the file's beginning: tells it from another one of its name or inode. Absent where it was not known. */
  readonly head?: LogHead;
}

export interface LogHead {
  readonly bytes: number;
  readonly sha256: string;
}

export const LogPlace: z.ZodType<LogPlace> = z.strictObject({
  inode: z.number().exactOptional(),
  offset: z.int().nonnegative(),
  head: z.strictObject({ bytes: z.int().min(0).max(65_536), sha256: z.string() }).exactOptional(),
});

export function headOfBytes(bytes: Uint8Array): LogHead {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
