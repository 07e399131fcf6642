/** One line of a stream, or the fact that it was too long to be kept. */
export type Line =
  | { readonly kind: 'line'; readonly number: number; readonly bytes: Uint8Array }
  | { readonly kind: 'too_long'; readonly number: number };

export interface LineLimits {
  readonly lineBytes: number;
  /** Of the whole stream. */
  readonly streamBytes: number;
}

/** The stream was longer than allowed. */
export class StreamTooLong extends Error {
  override readonly name: string = 'StreamTooLong';
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * Splits a stream at newlines; blank lines are counted and left out, a line that is too long is skipped to its
 * end. Holds one chunk and one line. Throws {@link StreamTooLong} after the lines that were within bounds.
 */
export async function* readLines(
  stream: AsyncIterable<Uint8Array>,
  limits: LineLimits,
): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let total = 0;
  let number = 1;

  const keep = (piece: Uint8Array): void => {
    length += piece.length;
    if (length <= limits.lineBytes) parts.push(piece);
    else parts = [];
  };
  const finish = (): Line | undefined => {
    const line: Line =
      length > limits.lineBytes
        ? { kind: 'too_long', number }
        : { kind: 'line', number, bytes: trimReturn(Buffer.concat(parts)) };
    parts = [];
    length = 0;
    number++;
    return line.kind === 'line' && line.bytes.every(isBlank) ? undefined : line;
  };

  for await (const chunk of stream) {
    total += chunk.length;
    if (total > limits.streamBytes) throw new StreamTooLong('the stream is too long');
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      keep(chunk.subarray(start, end));
      start = end + 1;
      const line = finish();
      if (line !== undefined) yield line;
    }
    if (start < chunk.length) keep(chunk.subarray(start));
  }
  const rest = finish();
  if (rest !== undefined) yield rest;
}

function trimReturn(bytes: Uint8Array): Uint8Array {
  return bytes.at(-1) === RETURN ? bytes.subarray(0, -1) : bytes;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}
