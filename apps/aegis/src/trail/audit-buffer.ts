import { randomBytes } from 'node:crypto';
import { copyFile, open, readFile, rm, truncate } from 'node:fs/promises';
import { AegisError, type Logger } from '@aegis/model';
import type { AuditEntry } from '@aegis/ports';
import type { SuiteName } from '@aegis/trail';
import { type DataDir, readIfThere, writeAtomically } from '../node/data-dir.ts';
import { SEAL_KEY_BYTES, seal, unseal } from './sealed-lines.ts';

export interface AuditBufferOptions {
  readonly dir: DataDir;
  readonly suite: SuiteName;
  readonly logger: Logger;
  /** Bytes on disk at most; above it entries are refused, and with them what they are about. */
  readonly maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
const BATCH = 500;

/**
 * Where audit entries wait while the ledger is away: encrypted lines on this machine's disk, in order. One that
 * was written to both, because the process ended in between, is kept once: entries have ids.
 */
export class AuditBuffer {
  readonly #options: AuditBufferOptions;
  readonly #key: Buffer;
  #tag: Buffer = Buffer.alloc(0);
  #bytes = 0;
  #count: number | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: AuditBufferOptions) {
    this.#options = options;
    this.#key = provideKey(options.dir);
  }

  /** Entries that wait. */
  get waiting(): number {
    return this.#count ?? 0;
  }

  /** Resolves once they survive kill -9. Throws AegisError `ledger_unavailable` where there is no room. */
  append(entries: readonly AuditEntry[]): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#count === undefined) await this.#load();
      const { dir, suite, maxBytes = DEFAULT_MAX_BYTES } = this.#options;
      let tag = this.#tag;
      let text = '';
      for (const entry of entries) {
        const sealed = seal(suite, this.#key, tag, randomBytes(16), JSON.stringify(entry));
        text += `${sealed.line}\n`;
        tag = sealed.tag;
      }
      if (this.#bytes + text.length > maxBytes)
        throw new AegisError(
          'ledger_unavailable',
          'the ledger is away, and the buffer for audit entries is full',
        );
      const file = await open(dir.auditBuffer, 'a', 0o600);
      try {
        // A line that a crash left half is none: what follows begins after what was whole.
        await file.truncate(this.#bytes);
        await file.writeFile(text);
        await file.datasync();
      } finally {
        await file.close();
      }
      this.#tag = tag;
      this.#bytes += text.length;
      this.#count = (this.#count ?? 0) + entries.length;
    });
  }

  /** Hands over what waits, in order, and forgets it. Costs nothing where nothing waits. */
  drain(write: (entries: readonly AuditEntry[]) => Promise<void>): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return this.#inTurn(async () => {
      const entries = await this.#load();
      if (entries.length === 0) return;
      for (let from = 0; from < entries.length; from += BATCH) await write(entries.slice(from, from + BATCH));
      await rm(this.#options.dir.auditBuffer, { force: true });
      this.#options.logger.info(
        { entries: entries.length },
        'audit entries that had waited are in the ledger',
      );
      this.#reset();
    });
  }

  async #load(): Promise<readonly AuditEntry[]> {
    const { dir, suite, logger } = this.#options;
    const text = await readFile(dir.auditBuffer, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    this.#reset();
    const entries: AuditEntry[] = [];
    const lines = text.split('\n');
    const half = lines.pop();
    for (const line of lines) {
      const opened = unseal(suite, this.#key, this.#tag, line);
      if (opened === undefined) {
        const aside = `${dir.auditBuffer}.damaged-${entries.length + 1}`;
        await copyFile(dir.auditBuffer, aside);
        await truncate(dir.auditBuffer, this.#bytes);
        logger.error(
          { file: aside, line: entries.length + 1 },
          'the buffer of audit entries was changed from this line on; a copy was put aside',
        );
        break;
      }
      entries.push(JSON.parse(opened.text) as AuditEntry);
      this.#tag = opened.tag;
      this.#bytes += line.length + 1;
    }
    if (half !== undefined && half !== '')
      logger.warn({}, 'the last audit entry in the buffer was cut by a crash before it was acknowledged');
    this.#count = entries.length;
    return entries;
  }

  #reset(): void {
    this.#tag = Buffer.alloc(0);
    this.#bytes = 0;
    this.#count = 0;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function provideKey(dir: DataDir): Buffer {
  const known = readIfThere(dir.auditBufferKey);
  if (known !== undefined) return Buffer.from(known, 'hex');
  const key = randomBytes(SEAL_KEY_BYTES);
  writeAtomically(dir.auditBufferKey, `${key.toString('hex')}\n`, 0o600);
  return key;
}
