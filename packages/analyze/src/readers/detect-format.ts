import { Result } from '@aegis/model';
import { createReader } from './create-reader.ts';
import { excerpt } from './line-error.ts';
import { READER_FORMATS, type Reader, type ReaderFormat } from './reader.ts';

export interface FormatError {
  readonly kind: 'empty_sample' | 'unknown_format';
  readonly message: string;
  /** Every format and the share of the sample, 0-1, that its reader could read; the best first. */
  readonly tried: readonly { readonly format: ReaderFormat; readonly share: number }[];
}

/** Lines looked at; more tell nothing more. */
const SAMPLE_LINES = 200;
/** At least this share must be readable. */
const ENOUGH = 0.5;

/**
 * The reader that can read most of `sample`, the first lines of a file, and at least half. It has read the
 * header lines among them, so that reading may begin anywhere in the file.
 */
export function detectFormat(sample: readonly string[]): Result<Reader, FormatError> {
  const lines = sample.filter((line) => line.trim() !== '').slice(0, SAMPLE_LINES);
  const [firstLine] = lines;
  if (firstLine === undefined) {
    return Result.err({
      kind: 'empty_sample',
      message: 'there is no line to tell the format from',
      tried: [],
    });
  }
  const tried = READER_FORMATS.map((format) => {
    const reader = createReader(format);
    return { format, reader, share: reader.recognise(lines) };
  }).toSorted((a, b) => b.share - a.share);
  const [best] = tried;
  if (best !== undefined && best.share >= ENOUGH) {
    for (const line of lines) if (line.startsWith('#')) best.reader.read(line);
    return Result.ok(best.reader);
  }
  const shares = tried.map(({ format, share }) => `${format} ${Math.round(share * 100)}%`).join(', ');
  return Result.err({
    kind: 'unknown_format',
    message: `no reader fits; lines read by each: ${shares}. The sample begins with ${excerpt(firstLine)}`,
    tried: tried.map(({ format, share }) => ({ format, share })),
  });
}
