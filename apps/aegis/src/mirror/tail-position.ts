import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** How far a log was read. */
export interface TailPosition {
  readonly path: string;
  readonly inode: number;
  /** Of the next byte to read: the start of a line. */
  readonly offset: number;
}

const TailPosition: z.ZodType<TailPosition> = z.strictObject({
  path: z.string(),
  inode: z.number(),
  offset: z.int().nonnegative(),
});

/** The positions of a node, one file a log. A crash loses at most what was read since the last write. */
export class TailPositions {
  readonly #folder: string;

  constructor(dataDirectory: string) {
    this.#folder = join(dataDirectory, 'tail');
  }

  /** Undefined where there is none, or none that can be read: the log is then followed from its end. */
  read(path: string): TailPosition | undefined {
    try {
      const parsed = TailPosition.safeParse(JSON.parse(readFileSync(this.#file(path), 'utf8')));
      return parsed.success && parsed.data.path === path ? parsed.data : undefined;
    } catch {
      return undefined;
    }
  }

  write(position: TailPosition): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o750 });
    const file = this.#file(position.path);
    writeFileSync(`${file}.next`, JSON.stringify(position));
    renameSync(`${file}.next`, file);
  }

  #file(path: string): string {
    return join(this.#folder, `${createHash('sha256').update(path).digest('hex').slice(0, 24)}.json`);
  }
}
