import {
  createReader,
  detectFormat,
  LineSplitter,
  MAX_LINE_BYTES,
  type Reader,
  type ReaderFormat,
  Sessionizer,
  type SessionizerOptions,
  SHELL_SESSIONS,
  type SplitLine,
  WEB_SESSIONS,
} from '@aegis/analyze';
import { type Clock, Result, type SessionInput } from '@aegis/model';
import { type Checkpoint, type Checkpoints, HEAD_BYTES, headOf } from './checkpoint.ts';
import type { Source } from './source.ts';

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
  readonly bytes: number;
  readonly sessions: number;
}

export interface IngestSummary {
  readonly format: ReaderFormat;
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

export interface IngestError {
  readonly kind: 'unknown_format';
  readonly message: string;
}

/** Sessions sent together; what is lost to do again when interrupted. */
const BATCH_SESSIONS = 200;
/** A checkpoint at least this often, lines. */
const BATCH_LINES = 50_000;
/** What the format is told from. */
const SAMPLE_BYTES = 262_144;

/**
 * Reads a source line by line, makes sessions of it and sends them. Bad lines are told and passed over. After
 * each batch that the node has accepted, the place is noted together with the sessions still open, so that an
 * interrupted run goes on exactly there; session ids come from the content, so nothing is stored twice.
 */
export async function ingestSource(
  source: Source,
  options: IngestOptions,
): Promise<Result<IngestSummary, IngestError>> {
  const chunks = source.bytes(0)[Symbol.asyncIterator]();
  const sample = await takeSample(chunks);
  const start = startOf(source, sample, options);
  if (!start.ok) return start;
  const { offset } = start.value;
  if (offset > 0) await chunks.return?.();
  return Result.ok(
    await new Ingestion(source, start.value, options).run(
      offset > 0 ? source.bytes(offset) : afterSample(sample, chunks),
    ),
  );
}

/** Where and with what reading begins. */
interface Start {
  readonly reader: Reader;
  readonly sessionizer: Sessionizer;
  readonly offset: number;
  readonly line: number;
  /** What every checkpoint of this run says of the file. */
  readonly file: Pick<Checkpoint, 'head' | 'headBytes' | 'format' | 'headers'>;
}

function startOf(source: Source, sample: Buffer, options: IngestOptions): Result<Start, IngestError> {
  const kept = source.path === undefined ? undefined : options.checkpoints?.read(source.path);
  if (
    kept !== undefined &&
    kept.head === headOf(sample.subarray(0, kept.headBytes)) &&
    (options.format ?? kept.format) === kept.format
  ) {
    const sessionizer = Sessionizer.restore(kept.sessionizer, sessionsOf(kept.format, source.name));
    if (sessionizer.ok) {
      const { head, headBytes, format, headers, offset, line } = kept;
      const reader = createReader(format);
      for (const header of headers) reader.read(header);
      return Result.ok({
        reader,
        sessionizer: sessionizer.value,
        offset,
        line,
        file: { head, headBytes, format, headers },
      });
    }
  }
  const lines = linesOf(sample);
  const detected =
    options.format === undefined ? detectFormat(lines) : Result.ok(createReader(options.format));
  if (!detected.ok) return Result.err({ kind: 'unknown_format', message: detected.error.message });
  const { format } = detected.value;
  const beginning = sample.subarray(0, HEAD_BYTES);
  return Result.ok({
    // A fresh one: the detected reader has seen the header lines that will be read again.
    reader: createReader(format),
    sessionizer: new Sessionizer(sessionsOf(format, source.name)),
    offset: 0,
    line: 1,
    file: {
      head: headOf(beginning),
      headBytes: beginning.length,
      format,
      headers: lines.filter((line) => line.startsWith('#')).slice(0, 20),
    },
  });
}

/** One run over one source. */
class Ingestion {
  readonly #source: Source;
  readonly #start: Start;
  readonly #options: IngestOptions;
  readonly #splitter: LineSplitter;
  #place: { readonly offset: number; readonly line: number };
  #pending: SessionInput[] = [];
  #linesSinceMark = 0;
  #lines = 0;
  #badLines = 0;
  #sessions = 0;
  #refused = 0;

  constructor(source: Source, start: Start, options: IngestOptions) {
    this.#source = source;
    this.#start = start;
    this.#options = options;
    const { offset, line } = start;
    this.#place = { offset, line };
    this.#splitter = new LineSplitter({ maxLineBytes: MAX_LINE_BYTES, offset, line });
  }

  async run(content: AsyncIterable<Uint8Array>): Promise<IngestSummary> {
    const { signal } = this.#options;
    for await (const chunk of content) {
      for (const line of this.#splitter.push(chunk)) {
        this.#take(line);
        if (this.#pending.length >= BATCH_SESSIONS || this.#linesSinceMark >= BATCH_LINES) await this.#send();
      }
      if (signal.aborted) break;
    }
    const complete = !signal.aborted;
    if (complete) {
      for (const line of this.#splitter.end()) this.#take(line);
      this.#pending.push(...this.#start.sessionizer.flush());
    }
    await this.#send();
    return {
      format: this.#start.file.format,
      lines: this.#lines,
      badLines: this.#badLines,
      sessions: this.#sessions,
      refused: this.#refused,
      fromLine: this.#start.line,
      complete,
    };
  }

  #take({ line, nextOffset, text }: SplitLine): void {
    const { reader, sessionizer } = this.#start;
    this.#lines += 1;
    this.#linesSinceMark += 1;
    this.#place = { offset: nextOffset, line: line + 1 };
    const read = text.ok ? reader.read(text.value, this.#options.clock.now()) : text;
    if (!read.ok) {
      const { column, message } = read.error;
      this.#badLines += 1;
      this.#options.onBadLine({
        line,
        message: column === undefined ? message : `column ${column}: ${message}`,
      });
    } else if (read.value?.kind === 'session') this.#pending.push(read.value.session);
    else if (read.value?.kind === 'event') this.#pending.push(...sessionizer.add(read.value.event));
  }

  async #send(): Promise<void> {
    const { send, onBadLine, onProgress, checkpoints } = this.#options;
    const refusals = this.#pending.length > 0 ? await send(this.#pending) : [];
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
    this.#linesSinceMark = 0;
    if (this.#source.path !== undefined) {
      checkpoints?.write(this.#source.path, {
        ...this.#start.file,
        ...this.#place,
        sessionizer: this.#start.sessionizer.snapshot(),
      });
    }
    onProgress({ bytes: this.#place.offset, sessions: this.#sessions });
  }
}

function sessionsOf(format: ReaderFormat, name: string): SessionizerOptions {
  return { ...(format === 'cowrie' ? SHELL_SESSIONS : WEB_SESSIONS), source: name };
}

async function takeSample(chunks: AsyncIterator<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  while (size < SAMPLE_BYTES) {
    const next = await chunks.next();
    if (next.done === true) break;
    parts.push(next.value);
    size += next.value.length;
  }
  return Buffer.concat(parts);
}

async function* afterSample(sample: Buffer, chunks: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  yield sample;
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
}

function linesOf(sample: Buffer): readonly string[] {
  return new LineSplitter()
    .push(Buffer.concat([sample, Buffer.from('\n')]))
    .flatMap(({ text }) => (text.ok ? [text.value] : []));
}
