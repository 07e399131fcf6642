import { hexDigit } from './hex-digit.ts';

/** The named references that matter in markup and script (HTML Living Standard, section 13.5). */
const NAMED: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['amp', '&'],
  ['nbsp', ' '],
  ['colon', ':'],
  ['semi', ';'],
  ['comma', ','],
  ['period', '.'],
  ['lpar', '('],
  ['rpar', ')'],
  ['lbrace', '{'],
  ['lcub', '{'],
  ['rcub', '}'],
  ['lbrack', '['],
  ['lsqb', '['],
  ['rsqb', ']'],
  ['sol', '/'],
  ['bsol', '\\'],
  ['equals', '='],
  ['grave', '`'],
  ['excl', '!'],
  ['num', '#'],
  ['dollar', '$'],
  ['percnt', '%'],
  ['plus', '+'],
  ['quest', '?'],
  ['commat', '@'],
  ['verbar', '|'],
  ['tab', '\t'],
  ['newline', '\n'],
]);

const LONGEST_NAME = 8;
/** Leading zeros are an old evasion; a reference longer than this is left as it is. */
const LONGEST_NUMBER = 12;

/** HTML character references, with or without their semicolon. Unknown ones stay as they are. */
export function decodeEntities(text: string): string {
  let out = '';
  let kept = 0;
  for (let i = text.indexOf('&'); i >= 0; i = text.indexOf('&', i + 1)) {
    if (i < kept) continue;
    const numeric = text.charCodeAt(i + 1) === 0x23;
    const found = numeric ? numericReference(text, i + 2) : namedReference(text, i + 1);
    if (found === undefined) continue;
    out += text.slice(kept, i) + found.text;
    kept = found.end;
  }
  return kept === 0 ? text : out + text.slice(kept);
}

interface Reference {
  readonly text: string;
  readonly end: number;
}

function numericReference(text: string, at: number): Reference | undefined {
  const hex = (text.charCodeAt(at) | 0x20) === 0x78;
  const base = hex ? 16 : 10;
  const start = hex ? at + 1 : at;
  let value = 0;
  let end = start;
  for (; end < start + LONGEST_NUMBER; end++) {
    const digit = hexDigit(text.charCodeAt(end));
    if (digit < 0 || digit >= base) break;
    value = Math.min(value * base + digit, 0x11_0000);
  }
  if (end === start || value === 0 || value > 0x10_ffff) return undefined;
  return { text: String.fromCodePoint(value), end: text.charCodeAt(end) === 0x3b ? end + 1 : end };
}

function namedReference(text: string, at: number): Reference | undefined {
  const end = text.slice(at, at + LONGEST_NAME + 1).indexOf(';');
  if (end < 1) return undefined;
  const found = NAMED.get(text.slice(at, at + end).toLowerCase());
  return found === undefined ? undefined : { text: found, end: at + end + 1 };
}
