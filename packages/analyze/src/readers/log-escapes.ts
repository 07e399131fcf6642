import { isUtf8 } from 'node:buffer';

const SHORT: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

/**
 * Undoes the escapes that nginx (`\x22`), Apache (`\"`, `\\`, `\n`, `\x16`) and Zeek (`\x09`) write. Bytes in a row that
 * are UTF-8 become its characters; others the characters of the same numbers (Latin-1), so that no byte is
 * lost. A backslash before anything else stays.
 */
export function decodeLogEscapes(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/(?:\\x[0-9a-fA-F]{2})+|\\["\\'bfnrtv]/g, (found) =>
    found.startsWith('\\x') ? bytesOf(found) : (SHORT.get(found.charAt(1)) ?? found.charAt(1)),
  );
}

function bytesOf(escapes: string): string {
  const bytes = Buffer.from(escapes.replaceAll('\\x', ''), 'hex');
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}
