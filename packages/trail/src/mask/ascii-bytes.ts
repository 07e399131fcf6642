/** What stands for a character that is not ASCII. */
export const BEYOND = 0x80;

const encoder = new TextEncoder();
const shared = new Uint8Array(32 * 1024);

/**
 * A byte for each character of a text, and a 0 after the last: reading those takes half the time of reading the
 * characters. Good until the next call: a short text is written where the last one was.
 */
export function asciiBytes(text: string): Uint8Array {
  const { length } = text;
  const bytes = length < shared.length ? shared : new Uint8Array(length + 1);
  const { read, written } = encoder.encodeInto(text, bytes);
  // Each character beyond ASCII takes more than one byte.
  if (read !== length || written !== length)
    for (let at = 0; at < length; at++) bytes[at] = Math.min(text.charCodeAt(at), BEYOND);
  bytes[length] = 0;
  return bytes;
}
