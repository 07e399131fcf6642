import { LineSplitter, MAX_LINE_BYTES } from '@aegis/analyze';
import type { Logger } from '@aegis/model';
import type { Part } from '../node/lifecycle.ts';
import { pause } from '../pipeline/backoff.ts';
import { FollowedLog } from './followed-log.ts';
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

const POLL_MS = 200;
/** The place is kept after so much of a backlog, bytes. */
const KEEP_BYTES = 1024 * 1024;

/**
 * Shows a log line by line as it grows, see {@link FollowedLog}. The place is kept, and a restart goes on there. A log
 * that is not there yet, or may not be read, is waited for.
 */
export class LogTail implements Part {
  readonly name: string;
  readonly #options: LogTailOptions;
  readonly #stop = new AbortController();
  readonly #log: FollowedLog;
  #running: Promise<void> = Promise.resolve();
  /** Up to where whole lines were read. */
  #whole: number | undefined;
  #kept: number | undefined;
  #splitter = new LineSplitter();
  #trouble = '';

  constructor(options: LogTailOptions) {
    const { path, from, positions } = options;
    this.name = `tail ${path}`;
    this.#options = options;
    const place = positions.read(path);
    this.#log = new FollowedLog({ path, from, ...(place === undefined ? {} : { place }) });
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
    await this.#log.close();
  }

  async #follow(): Promise<void> {
    const { logger, path, pollMs = POLL_MS } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#readOn();
        if (this.#trouble !== '') logger.info({ path }, 'the log can be read again');
        this.#trouble = '';
      } catch (error) {
        const trouble = error instanceof Error ? error.message : String(error);
        if (trouble !== this.#trouble)
          logger.warn({ path, error: trouble }, 'the log cannot be read; waiting for it');
        this.#trouble = trouble;
      }
      this.#keepPlace();
      await pause(pollMs, signal);
    }
  }

  async #readOn(): Promise<void> {
    const { onLine } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const chunk = await this.#log.next();
      if (chunk === undefined) return;
      if (chunk.begins) {
        // The first line is not whole where the log is begun at its end amid a line; it is then no line of its format.
        this.#splitter = new LineSplitter({ maxLineBytes: MAX_LINE_BYTES, offset: chunk.offset });
        // Until a line of it was read the place before it serves better: it leads here, whatever rotation does meanwhile.
        this.#kept = chunk.offset === 0 && this.#whole !== undefined ? 0 : undefined;
        this.#whole = chunk.offset;
      }
      for (const { text, nextOffset } of this.#splitter.push(chunk.bytes)) {
        this.#whole = nextOffset;
        if (text.ok) onLine(text.value);
      }
      if ((this.#whole ?? 0) - (this.#kept ?? 0) >= KEEP_BYTES) this.#keepPlace();
    }
  }

  #keepPlace(): void {
    const { positions, path, logger } = this.#options;
    if (this.#whole === undefined || this.#whole === this.#kept) return;
    try {
      positions.write(path, this.#log.place(this.#whole));
      this.#kept = this.#whole;
    } catch (error) {
      logger.warn({ path, error: String(error) }, 'the place in the log cannot be kept');
    }
  }
}
