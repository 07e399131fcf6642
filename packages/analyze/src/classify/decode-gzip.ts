import { constants, gunzipSync } from 'node:zlib';

/** What the first three bytes of gzip, and that it is deflated, become in base64. */
const MAGIC = 'H4sI';
const RUN = /^H4sI[\w+/-]{12,}={0,2}$/;
/** Bytes unpacked at most, whatever is promised: a bomb is cut, not unpacked. */
const MAX_UNPACKED = 65_536;

/** A text that is gzip in base64, as one byte a character: serialized objects and web shells are sent so. */
export function decodeGzip(text: string): string {
  if (!text.startsWith(MAGIC) || !RUN.test(text)) return text;
  try {
    const unpacked = gunzipSync(Buffer.from(text, 'base64'), {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: MAX_UNPACKED,
    });
    return unpacked.length === 0 ? text : unpacked.toString('latin1');
  } catch {
    return text;
  }
}
