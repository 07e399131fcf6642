import { type FileHandle, open, stat } from 'node:fs/promises';
import { LineSplitter, MAX_LINE_BYTES } from '@aegis/analyze';
import type { Logger } from '@aegis/model';
import type { Part } from '../node/lifecycle.ts';
import { pause } from '../pipeline/backoff.ts';
import type { TailPositions } from './tail-position.ts';

export interface LogTailOptions {
  /** Absolute. */
  readonly path: string;
  /** Where a log is begun that was never followed before. */
  readonly from: 'end' | 'beginning';
  readonly positions: TailPositions;
  /** Of whole lines, in order. */
  readonly onLine: (line: string) => void;
  readonly logger: Logger;
  /** How often the log is looked at, ms. Default 200. */
  readonly pollMs?: number;
}

const CHUNK = 65_536;
const POLL_MS = 200;

/**
 * Follows a log as it grows. A log that was renamed is read to its end, then the new one of its name from the
 * beginning; one that was cut short is begun anew. The place is kept, and a restart goes on there, also where the log
 * was renamed to `NAME.1` meanwhile. A log that is not there yet, or may not be read, is waited for.
 */
export class LogTail implements Part {
  readonly name: string;
  readonly #options: LogTailOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #file: FileHandle | undefined;
  #inode = 0;
  #offset = 0;
  /** Up to where whole lines were read. */
  #whole = 0;
  #splitter = new LineSplitter();
  #written = -1;
  #trouble = '';

  constructor(options: LogTailOptions) {
    this.name = `tail ${options.path}`;
    this.#options = options;
  }

  /** Empty when it can be read. */
  get trouble(): string {
    return this.#trouble;
  }

  start(): void {
    this.#running = this.#follow();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    this.#keepPlace();
    await this.#file?.close();
  }

  async #follow(): Promise<void> {
    const { logger, path, pollMs = POLL_MS } = this.#options;
    const { signal } = this.#stop;
    let first = true;
    while (!signal.aborted) {
      try {
        await this.#look(first);
        first = false;
        if (this.#trouble !== '') logger.info({ path }, 'the log can be read again');
        this.#trouble = '';
      } catch (error) {
        const trouble = error instanceof Error ? error.message : String(error);
        if (trouble !== this.#trouble)
          logger.warn({ path, error: trouble }, 'the log cannot be read; waiting for it');
        this.#trouble = trouble;
        // What appears later was never read: all of it is new.
        if (
          (error as NodeJS.ErrnoException).code === 'ENOENT' &&
          this.#options.positions.read(path) === undefined
        )
          first = false;
      }
      await pause(pollMs, signal);
    }
  }

  /** Opens what is to be read and reads it to its end. */
  async #look(first: boolean): Promise<void> {
    const { path } = this.#options;
    if (this.#file === undefined) await this.#begin(first);
    await this.#readOn();
    const { ino, size } = await stat(path);
    if (ino !== this.#inode) {
      // Written to between the two looks, by a writer that had not opened the new one yet.
      await this.#readOn();
      await this.#open(path, 0);
      await this.#readOn();
    } else if (size < this.#offset) {
      await this.#open(path, 0);
      await this.#readOn();
    }
    this.#keepPlace();
  }

  async #begin(first: boolean): Promise<void> {
    const { path, positions, from } = this.#options;
    const place = positions.read(path);
    const { ino, size } = await stat(path);
    if (place === undefined) {
      await this.#open(path, first && from === 'end' ? size : 0);
      return;
    }
    if (ino === place.inode) {
      await this.#open(path, size < place.offset ? 0 : place.offset);
      return;
    }
    const renamed = `${path}.1`;
    const old = await stat(renamed).catch(() => undefined);
    if (old?.ino === place.inode) await this.#open(renamed, place.offset);
    else await this.#open(path, 0);
  }

  async #open(path: string, offset: number): Promise<void> {
    const file = await open(path);
    await this.#file?.close();
    this.#file = file;
    this.#inode = (await file.stat()).ino;
    this.#offset = offset;
    // The first line is not whole where the log is begun at its end amid a line; it is then no line of its format.
    this.#splitter = new LineSplitter({ maxLineBytes: MAX_LINE_BYTES, offset });
    this.#whole = offset;
  }

  async #readOn(): Promise<void> {
    const { onLine } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted && this.#file !== undefined) {
      const { buffer, bytesRead } = await this.#file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, this.#offset);
      if (bytesRead === 0) return;
      this.#offset += bytesRead;
      for (const { text, nextOffset } of this.#splitter.push(buffer.subarray(0, bytesRead))) {
        this.#whole = nextOffset;
        if (text.ok) onLine(text.value);
      }
    }
  }

  #keepPlace(): void {
    if (this.#file === undefined || this.#whole === this.#written) return;
    const { positions, path, logger } = this.#options;
    try {
      positions.write({ path, inode: this.#inode, offset: this.#whole });
      this.#written = this.#whole;
    } catch (error) {
      logger.warn({ path, error: String(error) }, 'the place in the log cannot be kept');
    }
  }
}
