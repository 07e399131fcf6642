import {
  LineSplitter,
  MAX_LINE_BYTES,
  type Reader,
  type ReaderFormat,
  type Sessionizer,
  type SplitLine,
} from '@aegis/analyze';
import type { AegisError, Clock, SessionInput } from '@aegis/model';
import type { Checkpoint, Checkpoints } from './checkpoint.ts';
import { isSourceBroken, type Source } from './source.ts';

export interface IngestOptions {
  /** Detected where it is not given. */
  readonly format?: ReaderFormat;
  /** Where to go on after an interruption; absent: always from the beginning. */
  readonly checkpoints?: Checkpoints;
  /** Resolves once the sessions are durably accepted; returns the refusals by their index. */
  readonly send: (sessions: readonly SessionInput[]) => Promise<readonly SendRefusal[]>;
  readonly onProgress: (progress: IngestProgress) => void;
  readonly onBadLine: (line: BadLine) => void;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /**
   * Of content that goes on for as long as its writer lives: empty chunks say that there is nothing new. What is pending
   * is sent then, and as often as this, ms, the sessions that are idle by the clock end.
   */
  readonly heartbeatMs?: number;
}

export interface SendRefusal {
  readonly index: number;
  readonly message: string;
}

export interface BadLine {
  readonly line: number;
  readonly message: string;
}

export interface IngestProgress {
  /** Of the content, from its beginning. */
  readonly bytes: number;
  readonly sessions: number;
}

export interface IngestSummary {
  /** Absent where there was no line to tell it from. */
  readonly format?: ReaderFormat;
  /** Lines read by this run, bad ones included. */
  readonly lines: number;
  readonly badLines: number;
  readonly sessions: number;
  /** Sessions that the node refused. */
  readonly refused: number;
  /** The line this run began with; 1 unless it went on after an earlier one. */
  readonly fromLine: number;
  /** False where it was interrupted; the next run goes on from there. */
  readonly complete: boolean;
}

/** Where and with what reading begins. */
export interface Start {
  readonly reader: Reader;
  readonly sessionizer: Sessionizer;
  readonly offset: number;
  readonly line: number;
  /** What every checkpoint of this run says of the file. */
  readonly file: Pick<Checkpoint, 'head' | 'headBytes' | 'identity' | 'format' | 'headers'>;
}

/** Sessions sent together. */
const BATCH_SESSIONS = 200;
/** A place is noted at least this often, lines, where no session ends. */
const BATCH_LINES = 50_000;
/** And at most this often, ms: with it all open sessions are written. What comes after it may be done again. */
const MARK_MS = 1_000;

/** One run over one source. */
export class Ingestion {
  readonly #source: Source;
  readonly #start: Start;
  readonly #options: IngestOptions;
  readonly #splitter: LineSplitter;
  #place: { readonly offset: number; readonly line: number };
  #pending: SessionInput[] = [];
  #linesSinceSent = 0;
  #markedAt = Number.NEGATIVE_INFINITY;
  /** Up to where the place was noted. */
  #marked: number | undefined;
  #endedIdleAt: number;
  #lines = 0;
  #badLines = 0;
  #sessions = 0;
  #refused = 0;

  constructor(source: Source, start: Start, options: IngestOptions) {
    this.#source = source;
    this.#start = start;
    this.#options = options;
    this.#endedIdleAt = options.clock.monotonic();
    const { offset, line } = start;
    this.#place = { offset, line };
    this.#splitter = new LineSplitter({ maxLineBytes: MAX_LINE_BYTES, offset, line });
  }

  /** Throws what the content throws, once what was read before is sent and noted. */
  async run(content: AsyncIterable<Uint8Array>): Promise<IngestSummary> {
    const { signal } = this.#options;
    let complete = false;
    let broken: AegisError | undefined;
    try {
      complete = await this.#read(content);
    } catch (error) {
      if (!isSourceBroken(error)) throw error;
      broken = error;
      // Perhaps nobody mends it: what there is must not wait for that.
      this.#pending.push(...this.#start.sessionizer.flush());
    }
    // Interrupted within a batch, the place noted last still holds: the batch is read again from there.
    if (!signal.aborted) await this.#send();
    if (this.#pending.length === 0) this.#mark();
    if (broken !== undefined) throw broken;
    return {
      format: this.#start.file.format,
      lines: this.#lines,
      badLines: this.#badLines,
      sessions: this.#sessions,
      refused: this.#refused,
      fromLine: this.#start.line,
      complete: complete && this.#pending.length === 0,
    };
  }

  /** Whether the end was reached. */
  async #read(content: AsyncIterable<Uint8Array>): Promise<boolean> {
    const { signal, clock, onProgress } = this.#options;
    for await (const chunk of content) {
      for (const line of this.#splitter.push(chunk)) {
        this.#take(line);
        if (this.#pending.length < BATCH_SESSIONS && this.#linesSinceSent < BATCH_LINES) continue;
        await this.#send();
        if (signal.aborted) return false;
        if (clock.monotonic() - this.#markedAt >= MARK_MS) this.#mark();
      }
      if (signal.aborted) return false;
      if (chunk.length === 0) await this.#rest();
      onProgress({ bytes: this.#place.offset, sessions: this.#sessions });
    }
    if (signal.aborted) return false;
    for (const line of this.#splitter.end()) {
      const before = this.#place;
      // Perhaps its writer was not done with it: then it is read whole by the next run.
      if (!this.#take(line)) this.#place = before;
    }
    this.#pending.push(...this.#start.sessionizer.flush());
    return true;
  }

  /** Where there is nothing new. */
  async #rest(): Promise<void> {
    const { clock, heartbeatMs = Number.POSITIVE_INFINITY } = this.#options;
    const now = clock.monotonic();
    if (now - this.#endedIdleAt >= heartbeatMs) {
      this.#endedIdleAt = now;
      this.#pending.push(...this.#start.sessionizer.advance(clock.now()));
    }
    const { offset } = this.#place;
    if (this.#pending.length === 0 && offset === this.#marked) return;
    await this.#send();
    if (this.#pending.length === 0 && now - this.#markedAt >= MARK_MS) this.#mark();
  }

  /** Whether the line could be used. */
  #take({ line, nextOffset, text }: SplitLine): boolean {
    const { reader, sessionizer } = this.#start;
    this.#lines += 1;
    this.#linesSinceSent += 1;
    this.#place = { offset: nextOffset, line: line + 1 };
    const read = text.ok ? reader.read(text.value, this.#options.clock.now()) : text;
    if (!read.ok) {
      const { kind, column, message } = read.error;
      const unit = kind === 'not_utf8' ? 'byte' : 'column';
      this.#badLines += 1;
      this.#options.onBadLine({
        line,
        message: column === undefined ? message : `${unit} ${column}: ${message}`,
      });
    } else if (read.value?.kind === 'session') this.#pending.push(read.value.session);
    else if (read.value?.kind === 'event') this.#pending.push(...sessionizer.add(read.value.event));
    return read.ok;
  }

  /** Sends what is pending; it stays pending where that was interrupted. */
  async #send(): Promise<void> {
    const { send, onBadLine, onProgress, signal } = this.#options;
    this.#linesSinceSent = 0;
    if (this.#pending.length === 0) return;
    try {
      const refusals = await send(this.#pending);
      for (const { index, message } of refusals) {
        const id = this.#pending[index]?.sess_uuid ?? '';
        onBadLine({
          line: this.#place.line - 1,
          message: `session ${id}, which ends by here, was refused: ${message}`,
        });
      }
      this.#refused += refusals.length;
      this.#sessions += this.#pending.length - refusals.length;
      this.#pending = [];
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    onProgress({ bytes: this.#place.offset, sessions: this.#sessions });
  }

  /** Everything before this place is accepted by the node or held in the sessions that are open. */
  #mark(): void {
    this.#marked = this.#place.offset;
    this.#markedAt = this.#options.clock.monotonic();
    if (this.#source.path === undefined) return;
    this.#options.checkpoints?.write(this.#source.path, {
      ...this.#start.file,
      ...this.#place,
      sessionizer: this.#start.sessionizer.snapshot(),
    });
  }
}
