import { hexDigit, hexNumber } from './hex-digit.ts';

/** A run shorter than this is a number, not a text. */
const SHORTEST = 12;
const PATH_CHARACTERS: ReadonlySet<number> = new Set([0x2e, 0x2f, 0x5c]);

/**
 * Texts written as hexadecimal: SQL's `0x61646d...`, `0x2e` for a single character of a path, and values that
 * are nothing but hex digits. Only what decodes to printable ASCII is replaced.
 */
export function decodeHex(text: string): string {
  if (text.length >= SHORTEST && hexRunEnd(text, 0) === text.length) return decodeRun(text) ?? text;
  let out = '';
  let kept = 0;
  for (let at = text.indexOf('0x'); at >= 0; at = text.indexOf('0x', at + 2)) {
    if (at < kept) continue;
    const single = hexNumber(text, at + 2, 2);
    const after = text.charCodeAt(at + 4);
    const chained = (kept > 0 && kept === at) || text.startsWith('..', at - 2);
    const alone = chained || hexDigit(after) < 0 || text.startsWith('0x', at + 4);
    if (single >= 0 && alone && PATH_CHARACTERS.has(single)) {
      out += text.slice(kept, at) + String.fromCharCode(single);
      kept = at + 4;
      continue;
    }
    const end = hexRunEnd(text, at + 2);
    const decoded = end - at - 2 >= SHORTEST ? decodeRun(text.slice(at + 2, end)) : undefined;
    if (decoded === undefined) continue;
    out += text.slice(kept, at) + decoded;
    kept = end;
  }
  return kept === 0 ? text : out + text.slice(kept);
}

function hexRunEnd(text: string, at: number): number {
  let end = at;
  while (hexDigit(text.charCodeAt(end)) >= 0) end++;
  return end;
}

function decodeRun(digits: string): string | undefined {
  if (digits.length % 2 !== 0) return undefined;
  const bytes = Buffer.from(digits, 'hex');
  return bytes.every((byte) => byte >= 32 && byte <= 126) ? bytes.toString('latin1') : undefined;
}
