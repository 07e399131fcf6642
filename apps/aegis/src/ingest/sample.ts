import { LineSplitter, MAX_LINE_BYTES } from '@aegis/analyze';

/** The beginning of a source, from which its format and its identity are told. */
export interface Sample {
  readonly bytes: Buffer;
  /** Whole lines that can be read as text. */
  readonly lines: readonly string[];
  /** Whether this is all there is. */
  readonly ended: boolean;
  /** What the source threw after these bytes. */
  readonly failure?: { readonly error: unknown };
}

const SAMPLE_BYTES = 262_144;
const NEWLINE = 10;

/** Takes chunks until there is enough, and at least one whole line where there is one. Throws where nothing comes. */
export async function takeSample(chunks: AsyncIterator<Uint8Array>): Promise<Sample> {
  const parts: Uint8Array[] = [];
  let size = 0;
  let hasLine = false;
  let end: Pick<Sample, 'ended' | 'failure'> = { ended: false };
  while (size < SAMPLE_BYTES || (!hasLine && size <= MAX_LINE_BYTES)) {
    try {
      const next = await chunks.next();
      if (next.done === true) {
        end = { ended: true };
        break;
      }
      parts.push(next.value);
      size += next.value.length;
      hasLine ||= next.value.includes(NEWLINE);
    } catch (error) {
      if (size === 0) throw error;
      end = { ended: false, failure: { error } };
      break;
    }
  }
  return sampleOf(Buffer.concat(parts), end);
}

/** Of these bytes from its beginning. */
export function sampleOf(bytes: Buffer, end: Pick<Sample, 'ended' | 'failure'> = { ended: false }): Sample {
  const splitter = new LineSplitter();
  const split = [...splitter.push(bytes), ...(end.ended ? splitter.end() : [])];
  return { bytes, lines: split.flatMap(({ text }) => (text.ok ? [text.value] : [])), ...end };
}

/** The sample first, then what was not yet taken. */
export async function* afterSample(
  { bytes, failure }: Sample,
  chunks: AsyncIterator<Uint8Array>,
): AsyncIterable<Uint8Array> {
  yield bytes;
  if (failure !== undefined) throw failure.error;
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
}

/** The bytes of the first line, or all where it has not ended. */
export function firstLineOf({ bytes }: Sample): Uint8Array {
  const end = bytes.indexOf(NEWLINE);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
