/**
 * Addresses as 32-bit words, parsed and formatted without allocation: the form that look-up tables use.
 * An IPv4 address is one word (`words[0]`), an IPv6 address four, most significant first.
 * IPv4-mapped IPv6 (RFC 4291 section 2.5.5.2) is IPv4.
 */

/** 0 says "not an address". */
export type Family = 0 | 4 | 6;

const DOT = 46;
const COLON = 58;

const LONGEST_IPV4 = 15;
/** Stands for the character after the last. */
const NONE = -1000;

/**
 * Parses `text[start, end)` into `out` (at least four words) and tells the family.
 * Strict: four decimal octets without leading zeros (RFC 6943 section 3.1.1), or RFC 4291 text; no zone, no brackets.
 */
export function parseAddressWords(
  text: string,
  out: Uint32Array,
  start: number = 0,
  end: number = text.length,
): Family {
  const length = end - start;
  if (length < 2 || length > 45) return 0;
  if (length <= LONGEST_IPV4 && parseIPv4(text, start, end, out)) return 4;
  return parseIPv6(text, start, end, out);
}

/** Octet by octet, as reading a character is what parsing spends its time on: none is read twice. */
function parseIPv4(text: string, start: number, end: number, out: Uint32Array): boolean {
  let value = 0;
  let i = start;
  for (let left = 3; ; left--) {
    let digit = i < end ? text.charCodeAt(i++) - 48 : NONE;
    if (digit < 0 || digit > 9) return false;
    let octet = digit;
    digit = i < end ? text.charCodeAt(i++) - 48 : NONE;
    if (digit >= 0 && digit <= 9) {
      if (octet === 0) return false;
      octet = octet * 10 + digit;
      digit = i < end ? text.charCodeAt(i++) - 48 : NONE;
      if (digit >= 0 && digit <= 9) {
        octet = octet * 10 + digit;
        if (octet > 255) return false;
        digit = i < end ? text.charCodeAt(i++) - 48 : NONE;
      }
    }
    value = (value << 8) | octet;
    if (left === 0) {
      if (digit !== NONE) return false;
      out[0] = value;
      return true;
    }
    if (digit !== DOT - 48) return false;
  }
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

// Groups are gathered high to low into eight 16-bit slots; `gap` remembers where "::" stood.
const groups = new Uint16Array(8);
const embedded = new Uint32Array(1);

function parseIPv6(text: string, start: number, end: number, out: Uint32Array): Family {
  let count = 0;
  let gap = -1;
  let i = start;
  if (text.charCodeAt(i) === COLON) {
    if (text.charCodeAt(i + 1) !== COLON) return 0;
    gap = 0;
    i += 2;
  }
  while (i < end) {
    let value = 0;
    let digits = 0;
    const groupStart = i;
    for (let hex = 0; i < end; i++) {
      hex = hexDigit(text.charCodeAt(i));
      if (hex < 0) break;
      value = (value << 4) | hex;
      if (++digits > 4) return 0;
    }
    if (i < end && text.charCodeAt(i) === DOT) {
      if (count > 6 || !parseIPv4(text, groupStart, end, embedded)) return 0;
      const v4 = embedded[0] as number;
      groups[count++] = v4 >>> 16;
      groups[count++] = v4 & 0xffff;
      i = end;
      break;
    }
    if (digits === 0 || count === 8) return 0;
    groups[count++] = value;
    if (i === end) break;
    if (text.charCodeAt(i) !== COLON) return 0;
    i++;
    if (i === end) return 0;
    if (text.charCodeAt(i) === COLON) {
      if (gap >= 0) return 0;
      gap = count;
      i++;
    }
  }
  if (gap < 0 ? count !== 8 : count > 7) return 0;
  if (gap >= 0) {
    const moved = count - gap;
    for (let k = 0; k < moved; k++) groups[7 - k] = groups[count - 1 - k] as number;
    for (let k = gap; k < 8 - moved; k++) groups[k] = 0;
  }
  const w0 = (((groups[0] as number) << 16) | (groups[1] as number)) >>> 0;
  const w1 = (((groups[2] as number) << 16) | (groups[3] as number)) >>> 0;
  const w2 = (((groups[4] as number) << 16) | (groups[5] as number)) >>> 0;
  const w3 = (((groups[6] as number) << 16) | (groups[7] as number)) >>> 0;
  if (w0 === 0 && w1 === 0 && w2 === 0xffff) {
    out[0] = w3;
    return 4;
  }
  out[0] = w0;
  out[1] = w1;
  out[2] = w2;
  out[3] = w3;
  return 6;
}

export function formatIPv4(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

/** Canonical text (RFC 5952): lower case, the longest run of two or more zero groups compressed, the first of equals. */
export function formatIPv6(w0: number, w1: number, w2: number, w3: number): string {
  const parts = [
    w0 >>> 16,
    w0 & 0xffff,
    w1 >>> 16,
    w1 & 0xffff,
    w2 >>> 16,
    w2 & 0xffff,
    w3 >>> 16,
    w3 & 0xffff,
  ];
  let runStart = -1;
  let runLength = 1;
  for (let i = 0; i < 8; i++) {
    let j = i;
    while (j < 8 && parts[j] === 0) j++;
    if (j - i > runLength) {
      runStart = i;
      runLength = j - i;
    }
    if (j > i) i = j;
  }
  const hex = parts.map((part) => part.toString(16));
  if (runStart < 0) return hex.join(':');
  return `${hex.slice(0, runStart).join(':')}::${hex.slice(runStart + runLength).join(':')}`;
}
