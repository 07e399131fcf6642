/** What a token is. Words are classified by the rules, not here. */
type SqlTokenKind =
  | 'number'
  | 'string'
  | 'word'
  | 'variable'
  | 'operator'
  | 'comment'
  | '('
  | ')'
  | ','
  | ';';

export interface SqlToken {
  readonly kind: SqlTokenKind;
  /** Lower case; for strings without the quotes. */
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

/** How the text stands in the statement it is meant for: bare, or inside a string that it may close. */
export type SqlContext = '' | "'" | '"' | '`';

/** More than any real statement in a request; the rest of a longer text is not looked at. */
const MAX_SQL_TOKENS = 4_096;

const KIND = {
  blank: 1,
  word: 2,
  digit: 3,
  quote: 4,
  operator: 5,
  single: 6,
  variable: 7,
} as const;

/** The class of each ASCII character; everything else counts as a letter, as in most dialects. */
const CLASS = new Uint8Array(128);
for (let code = 0; code <= 32; code++) CLASS[code] = KIND.blank;
for (const char of '_$.[]{}:\\') CLASS[char.charCodeAt(0)] = KIND.word;
for (let code = 97; code <= 122; code++) CLASS[code] = KIND.word;
for (let code = 65; code <= 90; code++) CLASS[code] = KIND.word;
for (let code = 48; code <= 57; code++) CLASS[code] = KIND.digit;
for (const char of '\'"`') CLASS[char.charCodeAt(0)] = KIND.quote;
for (const char of '+-*/%=<>!|&^~?#') CLASS[char.charCodeAt(0)] = KIND.operator;
for (const char of '(),;') CLASS[char.charCodeAt(0)] = KIND.single;
CLASS[64] = KIND.variable;

const OPERATOR_PAIRS: ReadonlySet<string> = new Set([
  '<>',
  '<=',
  '>=',
  '!=',
  '==',
  '||',
  '&&',
  ':=',
  '<<',
  '<@',
  '->',
  '>>',
]);

/**
 * Splits a text as a lenient union of the MySQL, PostgreSQL, SQL Server, Oracle and SQLite lexers would. In a
 * string context the first token is the string that the surrounding statement opened. Time: linear.
 */
export function sqlTokens(lower: string, context: SqlContext): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  let i = 0;
  if (context !== '') {
    i = stringEnd(lower, 0, context);
    tokens.push({ kind: 'string', text: lower.slice(0, i - 1), at: 0, end: i });
  }
  while (i < lower.length && tokens.length < MAX_SQL_TOKENS) {
    const code = lower.charCodeAt(i);
    const cls = code < 128 ? (CLASS[code] as number) : isWideBlank(code) ? KIND.blank : KIND.word;
    if (cls === KIND.blank) {
      i++;
      continue;
    }
    const end = tokenEnd(lower, i, cls);
    const token = makeToken(lower, i, end, cls);
    if (token !== undefined) tokens.push(token);
    i = end;
  }
  return tokens;
}

function makeToken(text: string, at: number, end: number, cls: number): SqlToken | undefined {
  const slice = text.slice(at, end);
  switch (cls) {
    case KIND.quote: {
      const closed = end - at > 1 && text[end - 1] === text[at];
      // A quoted name, and never a keyword: the tick stays in front of it.
      if (text[at] === '`' && closed) return { kind: 'word', text: text.slice(at, end - 1), at, end };
      return { kind: 'string', text: text.slice(at + 1, closed ? end - 1 : end), at, end };
    }
    case KIND.digit:
      return { kind: isNumber(slice) ? 'number' : 'word', text: slice, at, end };
    case KIND.variable:
      return { kind: slice === '@>' ? 'operator' : 'variable', text: slice, at, end };
    case KIND.single:
      return { kind: slice as '(' | ')' | ',' | ';', text: slice, at, end };
    case KIND.operator:
      if (isComment(text, at)) {
        // MySQL runs what stands in `/*! ... */`; other closed comments are blanks.
        if (slice.startsWith('/*') && (slice.startsWith('/*!') || slice.endsWith('*/'))) return undefined;
        return { kind: 'comment', text: slice, at, end };
      }
      return slice === '*/' ? undefined : { kind: 'operator', text: slice, at, end };
    default:
      return { kind: 'word', text: slice, at, end };
  }
}

function tokenEnd(text: string, at: number, cls: number): number {
  switch (cls) {
    case KIND.quote:
      return stringEnd(text, at + 1, text[at] as string);
    case KIND.single:
      return at + 1;
    case KIND.operator: {
      if (text.startsWith('/*!', at)) return versionEnd(text, at + 3);
      if (text.startsWith('/*', at)) {
        const close = text.indexOf('*/', at + 2);
        return close < 0 ? text.length : close + 2;
      }
      if (isComment(text, at)) {
        const line = text.indexOf('\n', at);
        return line < 0 ? text.length : line;
      }
      const pair = text.slice(at, at + 2);
      return pair === '*/' || OPERATOR_PAIRS.has(pair) ? at + 2 : at + 1;
    }
    default: {
      // The containment operator of PostgreSQL.
      if (text.startsWith('@>', at)) return at + 2;
      let end = cls === KIND.digit ? numberEnd(text, at) : at + 1;
      if (end > at + 1 && NUMBER_ENDS.test(text.slice(end, end + 6))) return end;
      while (end < text.length && isWordPart(text.charCodeAt(end))) end++;
      return end;
    }
  }
}

/** `--` is a comment before a blank, at the end and, outside MySQL, before anything but a digit or word. */
function isComment(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code === 0x2f) return text.charCodeAt(at + 1) === 0x2a;
  if (code === 0x23) return true;
  if (code !== 0x2d || text.charCodeAt(at + 1) !== 0x2d) return false;
  const next = text.charCodeAt(at + 2);
  return (
    !(next > 32) ||
    isWideBlank(next) ||
    (next < 128 && CLASS[next] !== KIND.word && CLASS[next] !== KIND.digit)
  );
}

/** No-break space, general punctuation (dashes and quotes that a word processor made) and the ideographic blank. */
function isWideBlank(code: number): boolean {
  return code === 0xa0 || (code >= 0x2000 && code <= 0x206f) || code === 0x3000;
}

function isWordPart(code: number): boolean {
  if (code >= 128) return !isWideBlank(code);
  const cls = CLASS[code];
  return cls === KIND.word || cls === KIND.digit || cls === KIND.variable;
}

/** `1e0union`, `1.or`: a number with a dot or an exponent ends where its digits do, whatever follows. */
const NUMBER_ENDS = /^(?:union|select|from|and|or|where|order)(?![a-z0-9])|^(?:union|select)/;

/** Behind the digits of a number with a dot or an exponent; right behind its first digit where it has neither. */
function numberEnd(text: string, at: number): number {
  const digits = (from: number): number => {
    let end = from;
    while (text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end++;
    return end;
  };
  const whole = digits(at);
  const dot = text[whole] === '.' ? digits(whole + 1) : whole;
  const exponent = text[dot] === 'e' ? digits(dot + 1) : dot;
  const end = exponent > dot + 1 ? exponent : dot;
  return end > whole ? end : at + 1;
}

function versionEnd(text: string, at: number): number {
  let end = at;
  while (end < at + 6 && text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end++;
  return end;
}

/** Behind the quote that closes a string whose inside starts at `at`; a doubled or escaped one does not. */
function stringEnd(text: string, at: number, quote: string): number {
  for (let i = text.indexOf(quote, at); i >= 0; i = text.indexOf(quote, i + 1)) {
    if (isEscaped(text, i, at)) continue;
    if (text[i + 1] !== quote || i === at) return i + 1;
    i++;
  }
  return text.length;
}

/** Looks back over one backslash only: attackers do not gain by longer runs, and time stays linear. */
function isEscaped(text: string, at: number, from: number): boolean {
  return at > from && text[at - 1] === '\\' && text[at - 2] !== '\\';
}

function isNumber(slice: string): boolean {
  return /^(?:0x[0-9a-f]*|0b[01]+|\d+(?:\.\d*)?(?:e\d*)?)$/.test(slice);
}
