import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LogPlace } from './log-place.ts';

const Kept: z.ZodType<{ readonly path: string; readonly place: LogPlace }> = z.strictObject({
  path: z.string(),
  place: LogPlace,
});

/** The places of a node in the logs it follows, one file a log. A crash loses at most what was read since the last write. */
export class TailPositions {
  readonly #folder: string;

  constructor(dataDirectory: string) {
    this.#folder = join(dataDirectory, 'tail');
  }

  /** Undefined where there is none, or none that can be read: the log is then begun as one that was never followed. */
  read(path: string): LogPlace | undefined {
    try {
      const { path: kept, place } = Kept.parse(JSON.parse(readFileSync(this.#file(path), 'utf8')));
      return kept === path ? place : undefined;
    } catch {
      return undefined;
    }
  }

  write(path: string, place: LogPlace): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o750 });
    const file = this.#file(path);
    writeFileSync(`${file}.next`, JSON.stringify({ path, place }));
    renameSync(`${file}.next`, file);
  }

  #file(path: string): string {
    return join(this.#folder, `${createHash('sha256').update(path).digest('hex').slice(0, 24)}.json`);
  }
}
