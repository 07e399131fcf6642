import { stat } from 'node:fs/promises';
import type { Logger, Result } from '@aegis/model';

export interface FileLoad {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** When it was last written, ms. */
  readonly modified: number;
}

export interface WatchedFileOptions<T> {
  readonly path: string;
  /** Larger files are refused unread. */
  readonly maxBytes: number;
  /** Reads and checks it whole; the error says in words what is wrong. What it throws counts as an error too. */
  readonly load: (file: FileLoad) => Promise<Result<T, string>>;
  /** What would mend a broken file, in words. */
  readonly mend: string;
  /** A few words on what was taken in, for the log. */
  readonly describe: (value: T) => string;
  readonly logger: Logger;
}

/**
 * What a file holds, brought up to date by looking at it now and then: that works on every file system, and sees
 * what is renamed over, written in place, or swapped by a symbolic link anywhere in the path.
 *
 * A change is read once the file has been the same at two looks, and is thrown away where the file changed while
 * it was read. A version that is broken is told once; what was good before stays.
 */
export class WatchedFile<T> {
  readonly #options: WatchedFileOptions<T>;
  #value: T | undefined;
  /** Of the version that was read last, whether it could be used or not. */
  #judged = '';
  #seen = '';
  #trouble = '';
  #loads = 0;
  #refusals = 0;
  #closed = false;
  #turn: Promise<void> | undefined;

  constructor(options: WatchedFileOptions<T>) {
    this.#options = options;
  }

  /** The last good one. */
  get value(): T | undefined {
    return this.#value;
  }

  /** Why it is not what lies at the path, with the mend; empty where it is. */
  get trouble(): string {
    return this.#trouble;
  }

  /** Versions taken in. */
  get loads(): number {
    return this.#loads;
  }

  /** Versions that were broken. */
  get refusals(): number {
    return this.#refusals;
  }

  /** The first look: takes the file as it is. */
  open(): Promise<void> {
    return this.#look(true);
  }

  /** Never rejects; a call while another is under way waits for that one. */
  refresh(): Promise<void> {
    return this.#look(false);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#turn;
    this.#value = undefined;
  }

  #look(first: boolean): Promise<void> {
    this.#turn ??= this.#update(first).finally(() => {
      this.#turn = undefined;
    });
    return this.#turn;
  }

  async #update(first: boolean): Promise<void> {
    if (this.#closed) return;
    const before = await this.#version();
    if (before === undefined || before.signature === this.#judged) return;
    const settled = first || before.signature === this.#seen;
    this.#seen = before.signature;
    if (!settled) return;
    const loaded = await this.#load(before.file);
    const after = await this.#version();
    if (after?.signature !== before.signature || this.#closed) return;
    this.#judged = before.signature;
    if (loaded.ok) this.#take(loaded.value);
    else {
      this.#refusals++;
      this.#tell(loaded.error);
    }
  }

  async #load(file: FileLoad): Promise<Result<T, string>> {
    const { load, maxBytes } = this.#options;
    if (file.size > maxBytes)
      return { ok: false, error: `is ${file.size} bytes long, more than the ${maxBytes} that are read` };
    try {
      return await load(file);
    } catch (cause) {
      return {
        ok: false,
        error: `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      };
    }
  }

  /** Every way of changing a file moves at least one part of the signature. */
  async #version(): Promise<{ readonly signature: string; readonly file: FileLoad } | undefined> {
    const { path } = this.#options;
    try {
      const { dev, ino, size, mtimeNs, ctimeNs, mtimeMs } = await stat(path, { bigint: true });
      const signature = [dev, ino, size, mtimeNs, ctimeNs].join();
      return { signature, file: { path, size: Number(size), modified: Number(mtimeMs) } };
    } catch (cause) {
      this.#missing(cause);
      return undefined;
    }
  }

  #missing(cause: unknown): void {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const signature = `missing ${code}`;
    const again = this.#seen === signature;
    this.#seen = signature;
    // While a file is replaced it may be gone for a moment.
    if (this.#judged === signature || !(again || this.#judged === '')) return;
    this.#judged = signature;
    const what = cause instanceof Error ? cause.message : String(cause);
    this.#tell(code === 'ENOENT' ? 'does not exist' : `cannot be looked at: ${what}`);
  }

  #take(value: T): void {
    const { path, describe, logger } = this.#options;
    this.#value = value;
    this.#trouble = '';
    this.#loads++;
    logger.info({ file: path }, `${path} is in use: ${describe(value)}`);
  }

  #tell(reason: string): void {
    const { path, mend, describe, logger } = this.#options;
    const instead =
      this.#value === undefined ? 'nothing answers in its place' : `${describe(this.#value)} stays`;
    this.#trouble = `${path} ${reason}; ${instead}; ${mend}`;
    logger.error({ file: path }, this.#trouble);
  }
}
