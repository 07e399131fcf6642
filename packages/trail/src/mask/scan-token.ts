import { isWordAt } from './char-class.ts';
import type { Scan } from './scan.ts';

const DASHED = /^(?:xox[a-z]|sk|glpat|pat|rk)$/;
/** Whole words: our keys, GitHub's, npm's, Stripe's, AWS's key ids, Google's. */
const WORD =
  /^(?:aegis_[0-9a-f]{16}_[0-9a-f]{64}|gh[pousr]_\w{30,}|github_pat_\w{20,}|npm_\w{30,}|[sr]k_(?:live|test)_\w{16,}|A[KS]IA[0-9A-Z]{16}|AIza\w{20,})$/;
const SHORTEST = 16;
const LONGEST = 300;

/** By five bits of each of two letters: what one of these tokens, `Bearer` or `Basic` may begin with. */
const beginnings = new Uint8Array(1 << 10);
for (const two of 'ae gh gi np sk rk AK AS AI ey xo gl pa Be Ba'.split(' '))
  beginnings[packed(two.charCodeAt(0), two.charCodeAt(1))] = 1;

/** Whether a word of these two first letters may begin a token: nearly every word is passed by here. */
export function mayBeginToken(first: number, second: number): boolean {
  return beginnings[packed(first, second)] === 1;
}

function packed(first: number, second: number): number {
  return ((first & 31) << 5) | (second & 31);
}

/** Tokens that say what they are and begin with the word [from, end). */
export function scanToken(scan: Scan, from: number, end: number): void {
  const { text, bytes, ends, finds } = scan;
  const length = end - from;
  if (length <= 6) scanShort(scan, from, end);
  else if (bytes[end] === DOT && text.startsWith('eyJ', from)) {
    const to = ends.of('token', end);
    if (to - from >= 20 && isWordAt(bytes, end + 1)) finds.add('token', from, to);
  } else if (length >= SHORTEST && length <= LONGEST && WORD.test(text.slice(from, end)))
    // A key of Google's may go on after a dash.
    finds.add('token', from, text.startsWith('AIza', from) ? ends.of('token', end) : end);
}

/** `Bearer x` and `Basic x`, and tokens whose first word is their kind. */
function scanShort({ text, bytes, ends, finds }: Scan, from: number, end: number): void {
  const after = bytes[end];
  if (after === BLANK && end - from >= 5) {
    const word = text.slice(from, end).toLowerCase();
    if (word !== 'bearer' && word !== 'basic') return;
    const to = ends.of('token', end + 1);
    if (to - end - 1 >= 8) finds.add('password', end + 1, to);
  } else if (after === DASH && DASHED.test(text.slice(from, end))) {
    const to = ends.of('dashed', end);
    if (to - end > SHORTEST) finds.add('token', from, to);
  }
}

const BLANK = 32;
const DASH = 45;
const DOT = 46;
