import {
  createReader,
  detectFormat,
  type ReaderFormat,
  Sessionizer,
  type SessionizerOptions,
  SHELL_SESSIONS,
  WEB_SESSIONS,
} from '@aegis/analyze';
import { Result } from '@aegis/model';
import { HEAD_BYTES, headOf } from './checkpoint.ts';
import { Ingestion, type IngestOptions, type IngestSummary, type Start } from './ingestion.ts';
import { afterSample, firstLineOf, type Sample, takeSample } from './sample.ts';
import { isSourceBroken, type Source } from './source.ts';

/** `broken_source`: what could be read before is taken in, and the next run goes on there. */
export interface IngestError {
  readonly kind: 'unknown_format' | 'broken_source';
  readonly message: string;
}

/**
 * Reads a source line by line, makes sessions of it and sends them. Bad lines are told and passed over. The place
 * is noted together with the sessions still open, so that an interrupted run goes on exactly there; session ids
 * come from the content, so nothing is stored twice.
 */
export async function ingestSource(
  source: Source,
  options: IngestOptions,
): Promise<Result<IngestSummary, IngestError>> {
  const chunks = source.bytes(0)[Symbol.asyncIterator]();
  try {
    const sample = await takeSample(chunks);
    if (sample.ended && sample.bytes.every(isBlank)) return Result.ok(NOTHING);
    if (sample.ended && sample.bytes.every(isBlankOrNul)) return Result.err(ONLY_NULS);
    const start = startOf(source, sample, options);
    if (!start.ok) return start;
    const { offset } = start.value;
    const content = offset > 0 ? source.bytes(offset) : afterSample(sample, chunks);
    return Result.ok(await new Ingestion(source, start.value, options).run(content));
  } catch (error) {
    if (!isSourceBroken(error)) throw error;
    return Result.err({ kind: 'broken_source', message: error.message });
  } finally {
    await chunks.return?.();
  }
}

const NOTHING: IngestSummary = Object.freeze({
  lines: 0,
  badLines: 0,
  sessions: 0,
  refused: 0,
  fromLine: 1,
  complete: true,
});

/** What a file system may leave of one that was being written when the power failed. */
const ONLY_NULS: IngestError = Object.freeze({
  kind: 'unknown_format',
  message: 'there is nothing in it but NUL bytes: what was written to it is lost',
});

function isBlank(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}

function isBlankOrNul(byte: number): boolean {
  return byte === 0 || isBlank(byte);
}

function startOf(source: Source, sample: Sample, options: IngestOptions): Result<Start, IngestError> {
  const resumed = resumption(source, sample, options);
  return resumed === undefined ? newStart(sample, options.format) : Result.ok(resumed);
}

/** With the first line, in this format or the one that the sample shows. */
export function newStart(sample: Sample, wanted: ReaderFormat | undefined): Result<Start, IngestError> {
  const { bytes, lines } = sample;
  const detected = wanted === undefined ? detectFormat(lines) : Result.ok(createReader(wanted));
  if (!detected.ok) return Result.err({ kind: 'unknown_format', message: detected.error.message });
  const { format } = detected.value;
  const beginning = bytes.subarray(0, HEAD_BYTES);
  // Not the name, which changes when a log is rotated: the same events make the same sessions under any name.
  const identity = headOf(firstLineOf(sample));
  return Result.ok({
    // A fresh one: the detected reader has seen the header lines that will be read again.
    reader: createReader(format),
    sessionizer: new Sessionizer(sessionsOf(format, identity)),
    offset: 0,
    line: 1,
    file: {
      head: headOf(beginning),
      headBytes: beginning.length,
      identity,
      format,
      headers: lines.filter((line) => line.startsWith('#')).slice(0, 20),
    },
  });
}

/** Undefined where there is no checkpoint, or none that is sound and of this file and format. */
function resumption(
  { path, size, compressed }: Source,
  { bytes }: Sample,
  { format, checkpoints }: IngestOptions,
): Start | undefined {
  const kept = path === undefined ? undefined : checkpoints?.read(path);
  if (kept === undefined || (format ?? kept.format) !== kept.format) return undefined;
  const isSame = kept.head === headOf(bytes.subarray(0, kept.headBytes));
  const isShorter = !compressed && size !== undefined && size < kept.offset;
  if (!isSame || isShorter) return undefined;
  const { offset, line, sessionizer: snapshot, ...file } = kept;
  const sessionizer = Sessionizer.restore(snapshot, sessionsOf(file.format, file.identity));
  if (!sessionizer.ok) return undefined;
  const reader = createReader(file.format);
  for (const header of file.headers) reader.read(header);
  return { reader, sessionizer: sessionizer.value, offset, line, file };
}

/** How lines of this format become sessions. */
export function sessionsOf(format: ReaderFormat, identity: string): SessionizerOptions {
  return { ...(format === 'cowrie' ? SHELL_SESSIONS : WEB_SESSIONS), source: identity };
}
