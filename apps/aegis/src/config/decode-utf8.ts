import { Result } from '@aegis/model';

/** Where the bytes stop being UTF-8; both from 1, the column in characters. */
export interface Utf8Error {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** Strict UTF-8 without its byte order mark. */
export function decodeUtf8(bytes: Uint8Array): Result<string, Utf8Error> {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return Result.err({ message: 'the file is UTF-16; save it as UTF-8', line: 1, column: 1 });
  }
  try {
    return Result.ok(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    const good = new TextDecoder('utf-8').decode(bytes.subarray(0, validLength(bytes)), { stream: true });
    const lastBreak = good.lastIndexOf('\n');
    return Result.err({
      message: 'a byte here is not UTF-8; save the file as UTF-8',
      line: good.split('\n').length,
      column: good.length - lastBreak,
    });
  }
}

/** The length of the longest valid beginning, by bisection: a cut inside a character only ends it early. */
function validLength(bytes: Uint8Array): number {
  const isValid = (length: number): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isValid(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
