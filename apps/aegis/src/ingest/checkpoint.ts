import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { READER_FORMATS, type ReaderFormat, type SessionizerSnapshot } from '@aegis/analyze';
import { z } from 'zod';

/** How far a file has been taken in: everything before is accepted by the node. */
export interface Checkpoint {
  /** SHA-256 of the first `headBytes` bytes: another file of the same name is begun anew. */
  readonly head: string;
  readonly headBytes: number;
  /** Of the log, whatever its file is called: part of its sessions' ids. */
  readonly identity: string;
  readonly format: ReaderFormat;
  /** Header lines of the format (Zeek), which a reader in the middle of the file has not seen. */
  readonly headers: readonly string[];
  /** Of the next byte and line to read. */
  readonly offset: number;
  readonly line: number;
  /** The sessions that were open at that point. */
  readonly sessionizer: SessionizerSnapshot;
}

const Checkpoint: z.ZodType<Omit<Checkpoint, 'sessionizer'> & { readonly sessionizer: unknown }> =
  z.strictObject({
    head: z.string(),
    headBytes: z.int().nonnegative(),
    identity: z.string(),
    format: z.enum(READER_FORMATS),
    headers: z.array(z.string()),
    offset: z.int().nonnegative(),
    line: z.int().positive(),
    sessionizer: z.unknown(),
  });

/** At most this much of the beginning tells files apart. */
export const HEAD_BYTES = 4_096;

export function headOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The checkpoints of a node's data directory, one a file path. */
export class Checkpoints {
  readonly #folder: string;

  constructor(dataDirectory: string) {
    this.#folder = join(dataDirectory, 'ingest');
  }

  /** Undefined where there is none, or none that can be read: the file is then begun anew, which harms nothing. */
  read(path: string): (Omit<Checkpoint, 'sessionizer'> & { readonly sessionizer: unknown }) | undefined {
    try {
      const parsed = Checkpoint.safeParse(JSON.parse(readFileSync(this.#file(path), 'utf8')));
      return parsed.success ? parsed.data : undefined;
    } catch {
      return undefined;
    }
  }

  write(path: string, checkpoint: Checkpoint): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o750 });
    const file = this.#file(path);
    writeFileSync(`${file}.next`, JSON.stringify(checkpoint));
    renameSync(`${file}.next`, file);
  }

  forget(path: string): void {
    rmSync(this.#file(path), { force: true });
  }

  #file(path: string): string {
    return join(this.#folder, `${createHash('sha256').update(path).digest('hex').slice(0, 24)}.json`);
  }
}
