import { hexNumber } from './hex-digit.ts';

const PERCENT = 0x25;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const DOT = 0x2e;

/**
 * Percent decoding as the most lenient servers do it: UTF-8 including overlong forms (`%c0%ae` is a dot, which
 * is how filters are evaded), Latin-1 where the bytes are not UTF-8, and anything malformed left as it is.
 * With `form` a `+` is a blank.
 */
export function decodeUrl(text: string, form: boolean): string {
  const plus = form && text.includes('+');
  if (!plus && !text.includes('%')) return text;
  let out = '';
  let kept = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (plus && code === 0x2b) {
      out += `${text.slice(kept, i)} `;
      kept = i + 1;
    } else if (code === PERCENT) {
      const lead = hexNumber(text, i + 1, 2);
      if (lead < 0) continue;
      const size = sequenceLength(lead);
      const point = size === 1 ? lead : codePoint(text, i, lead, size);
      out += text.slice(kept, i);
      out += point < 0 ? String.fromCharCode(lead) : String.fromCodePoint(point);
      i += point < 0 ? 2 : size * 3 - 1;
      kept = i + 1;
    }
  }
  return kept === 0 ? text : out + text.slice(kept);
}

function sequenceLength(lead: number): number {
  if (lead < 0xc0) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

/** The code point of the `size` escaped bytes at `at`, or -1 where they are not a sequence. */
function codePoint(text: string, at: number, lead: number, size: number): number {
  let point = lead & (0xff >> (size + 1));
  for (let i = 1; i < size; i++) {
    const start = at + i * 3;
    const byte = text.charCodeAt(start) === PERCENT ? hexNumber(text, start + 1, 2) : -1;
    if (byte < 0) return -1;
    // `%c0%2f` and the like: the second byte is no continuation, but old servers took it for itself.
    if (size === 2 && lead === 0xc0 && (byte === SLASH || byte === BACKSLASH || byte === DOT)) return byte;
    if (size === 2 && lead <= 0xc1) {
      point = ((lead & 1) << 6) | (byte & 0x3f);
      continue;
    }
    if ((byte & 0xc0) !== 0x80) return -1;
    point = point * 64 + (byte & 0x3f);
  }
  return point <= 0x10_ffff ? point : -1;
}
