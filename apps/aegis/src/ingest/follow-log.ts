import { createReader, Sessionizer } from '@aegis/analyze';
import { Result } from '@aegis/model';
import { FollowedLog, type LogChunk } from '../mirror/followed-log.ts';
import { pause } from '../pipeline/backoff.ts';
import { type IngestError, newStart, sessionsOf } from './ingest-source.ts';
import { Ingestion, type IngestOptions, type IngestSummary, type Start } from './ingestion.ts';
import { sampleOf } from './sample.ts';

export interface FollowOptions extends Omit<IngestOptions, 'heartbeatMs'> {
  /** Told once for each file: what it is, and with which line it is begun. */
  readonly onBegin: (begun: Pick<IngestSummary, 'format' | 'fromLine'>) => void;
  /** Told when the log cannot be read, and with an empty text when it can be again. */
  readonly onTrouble: (trouble: string) => void;
  /** How often the log is looked at, ms. Default 200. */
  readonly pollMs?: number;
}

/** Of all files that were read. */
export type FollowSummary = Pick<IngestSummary, 'lines' | 'badLines' | 'sessions' | 'refused'>;

const POLL_MS = 200;
/** How often sessions end that are idle by the clock, ms. */
const IDLE_MS = 10_000;
/** Of a log whose format is not told: bytes from which it must show. */
const SAMPLE_BYTES = 262_144;

/**
 * Takes a log in as it grows, over rotation, until it is aborted; the sessions of a file that was rotated end with it. The
 * place is kept with the sessions that are open, as ingestSource keeps it: a restart goes on there, and `aegis ingest` of
 * the same file too. Fails only where the format cannot be told.
 */
export async function followLog(
  path: string,
  name: string,
  options: FollowOptions,
): Promise<Result<FollowSummary, IngestError>> {
  const { checkpoints, signal, format, onBegin } = options;
  const kept = checkpoints?.read(path);
  const known = kept !== undefined && (format ?? kept.format) === kept.format ? kept : undefined;
  const place = known && {
    offset: known.offset,
    head: { bytes: known.headBytes, sha256: known.head },
  };
  const log = new FollowedLog({ path, from: 'beginning', ...(place === undefined ? {} : { place }) });
  const chunks = new Chunks(log, options);
  let sum: FollowSummary = { lines: 0, badLines: 0, sessions: 0, refused: 0 };
  try {
    for (let resumed = true; !signal.aborted; resumed = false) {
      const first = await chunks.whole(1);
      if (first === undefined) break;
      const goesOn = resumed && known !== undefined && first.offset === known.offset && first.offset > 0;
      const start = goesOn ? resumption(known) : await begin(chunks, options);
      if (!start.ok) return start;
      onBegin({ format: start.value.file.format, fromLine: start.value.line });
      const source = { name, path, compressed: false, bytes: () => chunks.rest() };
      const ingestion = new Ingestion(source, start.value, { ...options, heartbeatMs: IDLE_MS });
      const { lines, badLines, sessions, refused } = await ingestion.run(chunks.rest());
      sum = {
        lines: sum.lines + lines,
        badLines: sum.badLines + badLines,
        sessions: sum.sessions + sessions,
        refused: sum.refused + refused,
      };
    }
    return Result.ok(sum);
  } finally {
    await log.close();
  }
}

type Kept = NonNullable<ReturnType<NonNullable<IngestOptions['checkpoints']>['read']>>;

function resumption({ offset, line, sessionizer: snapshot, ...file }: Kept): Result<Start, never> {
  const options = sessionsOf(file.format, file.identity);
  const restored = Sessionizer.restore(snapshot, options);
  const reader = createReader(file.format);
  for (const header of file.headers) reader.read(header);
  const sessionizer = restored.ok ? restored.value : new Sessionizer(options);
  return Result.ok({ reader, sessionizer, offset, line, file });
}

/** Waits for lines enough to tell the format from. */
async function begin(chunks: Chunks, { format, signal }: FollowOptions): Promise<Result<Start, IngestError>> {
  for (;;) {
    const sample = sampleOf(chunks.held);
    const start = sample.lines.length > 0 ? newStart(sample, format) : undefined;
    if (start?.ok === true) return start;
    const isEnough = chunks.held.length >= SAMPLE_BYTES;
    if (start !== undefined && (isEnough || signal.aborted)) return start;
    const before = chunks.held.length;
    await chunks.whole(before + 1);
    if (chunks.held.length > before) continue;
    return start ?? Result.err({ kind: 'unknown_format', message: 'there is no whole line in it' });
  }
}

/** The bytes of one file after the other. */
class Chunks {
  readonly #log: FollowedLog;
  readonly #options: FollowOptions;
  /** Of the file at hand, and not taken yet. */
  #held: LogChunk[] = [];
  /** The first of the next file. */
  #next: LogChunk | undefined;
  #trouble = '';

  constructor(log: FollowedLog, options: FollowOptions) {
    this.#log = log;
    this.#options = options;
  }

  /** What is held of the file at hand. */
  get held(): Buffer {
    return Buffer.concat(this.#held.map(({ bytes }) => bytes));
  }

  /** Waits until this many bytes are held, or the file at hand has ended: its first chunk; undefined where it is aborted. */
  async whole(bytes: number): Promise<LogChunk | undefined> {
    const { signal, pollMs = POLL_MS } = this.#options;
    if (this.#held.length === 0 && this.#next !== undefined) {
      this.#held = [this.#next];
      this.#next = undefined;
    }
    while (!signal.aborted && this.#next === undefined && this.held.length < bytes) {
      const chunk = await this.#look();
      if (chunk === undefined) await pause(pollMs, signal);
      else if (chunk.begins && this.held.length > 0) this.#next = chunk;
      else if (chunk.begins) this.#held = [chunk];
      else this.#held.push(chunk);
    }
    return this.held.length === 0 ? undefined : this.#held[0];
  }

  /** Up to the end of the file at hand, or the abort; empty where there is nothing new. */
  async *rest(): AsyncIterable<Uint8Array> {
    const { signal, pollMs = POLL_MS } = this.#options;
    const held = this.#held;
    this.#held = [];
    for (const { bytes } of held) yield bytes;
    while (!signal.aborted && this.#next === undefined) {
      const chunk = await this.#look();
      if (chunk?.begins === true) this.#next = chunk;
      else if (chunk !== undefined) yield chunk.bytes;
      else {
        yield new Uint8Array(0);
        await pause(pollMs, signal);
      }
    }
  }

  async #look(): Promise<LogChunk | undefined> {
    const { onTrouble } = this.#options;
    try {
      const chunk = await this.#log.next();
      if (this.#trouble !== '') onTrouble('');
      this.#trouble = '';
      return chunk;
    } catch (error) {
      const trouble = error instanceof Error ? error.message : String(error);
      if (trouble !== this.#trouble) onTrouble(trouble);
      this.#trouble = trouble;
      return undefined;
    }
  }
}
