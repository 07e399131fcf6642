import { hexDigit, hexNumber } from './hex-digit.ts';

/**
 * `\u0041`, `\u{41}`, `%u0041`, `\x41` and `\101`, and characters that decoders fold to ASCII: full-width forms
 * (U+FF01-FF5E) and the look-alikes of slash, backslash and quote that "best fit" conversions produce.
 */
export function decodeUnicodeEscapes(text: string): string {
  if (!ESCAPED.test(text)) return text;
  let out = '';
  let kept = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) {
      const folded = fold(code);
      if (folded === code) continue;
      out += text.slice(kept, i) + String.fromCharCode(folded);
      kept = i + 1;
    } else if (code === 0x5c || code === 0x25) {
      const end = readEscape(text, i, code === 0x25);
      if (end === 0) continue;
      out += text.slice(kept, i) + String.fromCodePoint(fold(point));
      kept = end;
      i = end - 1;
    }
  }
  return kept === 0 ? text : out + text.slice(kept);
}

/** Nothing else can begin what is decoded here. */
const ESCAPED = /[\\\u0080-\uffff]|%[uU]/;

/** The code point of the escape that {@link readEscape} read last. */
let point = 0;

/** Reads the escape at `at` into {@link point} and returns its end, 0 where there is none. */
function readEscape(text: string, at: number, percent: boolean): number {
  const kind = text.charCodeAt(at + 1);
  if (kind === 0x75 || (percent && kind === 0x55)) {
    if (!percent && text.charCodeAt(at + 2) === 0x7b) return braced(text, at + 3);
    point = hexNumber(text, at + 2, 4);
    return point < 0 ? 0 : at + 6;
  }
  if (percent) return 0;
  if (kind === 0x78) {
    point = hexNumber(text, at + 2, 2);
    return point < 0 ? 0 : at + 4;
  }
  if (kind < 0x30 || kind > 0x31) return 0;
  const octal = text.slice(at + 1, at + 4);
  if (!/^[01][0-7]{2}$/.test(octal)) return 0;
  point = Number.parseInt(octal, 8);
  return point === 0 ? 0 : at + 4;
}

function braced(text: string, start: number): number {
  let end = start;
  point = 0;
  while (end < start + 6) {
    const digit = hexDigit(text.charCodeAt(end));
    if (digit < 0) break;
    point = point * 16 + digit;
    end++;
  }
  return end > start && point <= 0x10_ffff && text.charCodeAt(end) === 0x7d ? end + 1 : 0;
}

function fold(code: number): number {
  if (code >= 0xff01 && code <= 0xff5e) return code - 0xfee0;
  switch (code) {
    case 0x2215:
    case 0x2044:
    case 0xefc8:
    case 0xf025:
      return 0x2f;
    case 0x2216:
      return 0x5c;
    case 0x2018:
    case 0x2019:
    case 0x02b9:
    case 0x02bc:
    case 0x2032:
      return 0x27;
    case 0x201c:
    case 0x201d:
    case 0x2033:
      return 0x22;
    case 0x2024:
      return 0x2e;
    // Servers that keep only the low byte of a character make these a line break and angle brackets.
    case 0x560a:
    case 0x560d:
    case 0x563c:
    case 0x563e:
      return code & 0xff;
    default:
      return code;
  }
}
