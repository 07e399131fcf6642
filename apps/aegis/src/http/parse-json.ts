import { isUtf8 } from 'node:buffer';
import { Result } from '@aegis/model';

export interface JsonFault {
  readonly kind: 'malformed' | 'too_deep' | 'not_utf8';
  /** In words, without the place. */
  readonly what: string;
  /** From 1, in characters. */
  readonly line: number;
  readonly column: number;
}

/** Deeper nesting than this is refused: code that walks a value recursively must not run out of stack. */
export const JSON_DEPTH_LIMIT = 64;

/** Parses UTF-8 JSON (RFC 8259). Own property `__proto__` stays a plain own property. */
export function parseJson(bytes: Uint8Array): Result<unknown, JsonFault> {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  if (!isUtf8(bytes)) return fault(text, Math.max(0, text.indexOf('\ufffd')), 'not_utf8', 'not UTF-8');
  const deep = tooDeepAt(text);
  if (deep >= 0) return fault(text, deep, 'too_deep', `nested more than ${JSON_DEPTH_LIMIT} deep`);
  try {
    return Result.ok(JSON.parse(text));
  } catch {
    const offset = firstErrorIn(text);
    const found = text.codePointAt(offset);
    const what =
      found === undefined ? 'ends too early' : `unexpected ${JSON.stringify(String.fromCodePoint(found))}`;
    return fault(text, offset, 'malformed', `not JSON: ${what}`);
  }
}

function fault(
  text: string,
  offset: number,
  kind: JsonFault['kind'],
  what: string,
): Result<never, JsonFault> {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - (before.lastIndexOf('\n') + 1) + 1;
  return Result.err({ kind, what, line, column });
}

/** Where the nesting first exceeds the limit; -1 where it never does. Right for every text that is JSON. */
function tooDeepAt(text: string): number {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (quoted) {
      if (code === 0x5c) i++;
      else if (code === 0x22) quoted = false;
    } else if (code === 0x22) quoted = true;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > JSON_DEPTH_LIMIT) return i;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return -1;
}

// What may come next; the closing brackets still to come are kept aside.
type Expected = 'value' | 'value_or_close' | 'key' | 'key_or_close' | 'colon' | 'comma_or_close';

const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;
const BLANK = /[ \t\n\r]*/y;

/** The offset of the first character that no JSON text could have there. V8 does not always tell. */
function firstErrorIn(text: string): number {
  const closers: string[] = [];
  let expected: Expected = 'value';
  let at = 0;
  const skip = (token: RegExp): boolean => {
    token.lastIndex = at;
    const matched = token.test(text);
    if (matched) at = token.lastIndex;
    return matched;
  };
  for (;;) {
    skip(BLANK);
    const character = text[at];
    if (character === undefined) return at;
    const closes = expected.endsWith('close') && closers.length > 0 && character === closers.at(-1);
    if (closes) {
      closers.pop();
      at++;
      expected = 'comma_or_close';
    } else if (expected === 'comma_or_close') {
      if (character !== ',' || closers.length === 0) return at;
      at++;
      expected = closers.at(-1) === '}' ? 'key' : 'value';
    } else if (expected === 'colon') {
      if (character !== ':') return at;
      at++;
      expected = 'value';
    } else if (character === '"') {
      const { closed, end } = scanString(text, at);
      at = end;
      if (!closed) return at;
      expected = expected.startsWith('key') ? 'colon' : 'comma_or_close';
    } else if (expected.startsWith('key')) {
      return at;
    } else if (character === '{' || character === '[') {
      closers.push(character === '{' ? '}' : ']');
      at++;
      expected = character === '{' ? 'key_or_close' : 'value_or_close';
    } else {
      if (!skip(SCALAR)) return at;
      expected = 'comma_or_close';
    }
  }
}

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Where the string that begins here ends, or the first character in it that must not be there. */
function scanString(text: string, start: number): { readonly closed: boolean; readonly end: number } {
  let at = start + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return { closed: true, end: at + 1 };
    if (code < 0x20) break;
    ESCAPE.lastIndex = at;
    if (code !== 0x5c) at++;
    else if (ESCAPE.test(text)) at = ESCAPE.lastIndex;
    else break;
  }
  return { closed: false, end: at };
}
