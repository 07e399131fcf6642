import type { Scan } from './scan.ts';
import { type SecretName, secretNameBefore } from './secret-names.ts';

/** What a password in a URL may be made of. */
const USER_INFO = /[^\s/?#@"'<>:]{0,256}:([^\s/?#@"'<>]{1,1024})@/y;

/** What follows a `:` or `=` at `at`: the value of a name that is a secret's, or a password in a URL. Returns where to go on. */
export function scanPair(scan: Scan, at: number): number {
  const { text, bytes, finds } = scan;
  if (bytes[at + 1] === SLASH && text.startsWith('://', at)) return scanUserInfo(scan, at + 3);
  let end = at;
  if (end > 0 && bytes[end - 1] === BLANK) end--;
  const isQuoted = end > 0 && (bytes[end - 1] === QUOTE || bytes[end - 1] === APOSTROPHE);
  if (isQuoted) end--;
  while (isQuoted && end > 0 && bytes[end - 1] === BACKSLASH) end--;
  const name = secretNameBefore(text, bytes, end);
  // The password of a URL is found before its colon is come to.
  if (name === undefined || finds.last?.from === at + 1) return at + 1;
  return scanValue(scan, at + 1, name, isQuoted);
}

function scanUserInfo({ text, finds }: Scan, from: number): number {
  USER_INFO.lastIndex = from;
  const match = USER_INFO.exec(text);
  if (match !== null) {
    const to = from + match[0].length - 1;
    finds.add('password', to - (match[1] as string).length, to);
  }
  return from;
}

function scanValue(scan: Scan, after: number, name: SecretName, isJson: boolean): number {
  const { text, ends, finds } = scan;
  let from = after;
  while (from - after < 4 && ' \t>='.includes(text[from] ?? '\0')) from++;
  let quoteAt = from;
  while (quoteAt - from < 8 && text.charCodeAt(quoteAt) === BACKSLASH) quoteAt++;
  const quote = text.charCodeAt(quoteAt);
  if (quote === QUOTE || quote === APOSTROPHE) {
    const end = closingQuote(text, quoteAt + 1, quote, quoteAt - from);
    if (end > quoteAt + 1) finds.add('password', quoteAt + 1, end);
    return end;
  }
  if (isJson && (quote === BRACE || quote === BRACKET)) {
    const end = closingBracket(text, from);
    finds.add('password', from, end, true);
    return end;
  }
  // A private key is more than its first word.
  if (text.startsWith('-----BEGIN ', from)) return from;
  const end = ends.of(name === 'header' && !isJson ? 'line' : 'unquoted', from);
  const value = text.slice(from, Math.min(end, from + 5));
  if (isJson && (value === 'null' || value === 'true' || value === 'false')) return end;
  let to = end;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  if (to > from) finds.add('password', from, to, isJson);
  return from;
}

function isBlank(code: number): boolean {
  return code === BLANK || code === TAB;
}

/** The quote that is escaped as often as the one that opened: JSON within JSON escapes its own once more. */
function closingQuote(text: string, from: number, quote: number, escapes: number): number {
  let backslashes = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) backslashes++;
    else {
      if (code === quote && escapes === 0 && backslashes % 2 === 0) return at;
      if (code === quote && escapes > 0 && backslashes <= escapes) return at - backslashes;
      backslashes = 0;
    }
  }
  return text.length;
}

function closingBracket(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = closingQuote(text, at + 1, QUOTE, 0);
    else if (code === BRACE || code === BRACKET) depth++;
    else if ((code === BRACE + 2 || code === BRACKET + 2) && --depth === 0) return at + 1;
  }
  return text.length;
}

const TAB = 9;
const BLANK = 32;
const QUOTE = 34;
const APOSTROPHE = 39;
const SLASH = 47;
const BRACKET = 91;
const BACKSLASH = 92;
const BRACE = 123;
