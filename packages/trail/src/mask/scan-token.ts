import { isWordAt } from './char-class.ts';
import type { Finds } from './finds.ts';
import type { RunEnds } from './run-ends.ts';

const DASHED = /^(?:xox[a-z]|sk|glpat|pat|rk)$/;
/** Whole words: our keys, GitHub's, npm's, Stripe's, AWS's key ids, Google's. */
const WORD =
  /^(?:aegis_[0-9a-f]{16}_[0-9a-f]{64}|gh[pousr]_\w{30,}|github_pat_\w{20,}|npm_\w{30,}|[sr]k_(?:live|test)_\w{16,}|A[KS]IA[0-9A-Z]{16}|AIza\w{20,})$/;
const SHORTEST = 16;

/** By code: what one of these tokens, `Bearer` or `Basic` may begin with. */
export const TOKEN_FIRST: Uint8Array = new Uint8Array(128);
for (const first of 'eaAgnsrxpbB') TOKEN_FIRST[first.charCodeAt(0)] = 1;

/** Tokens that say what they are and begin with the word [from, end). Returns where to go on: after the word. */
export function scanToken(text: string, from: number, end: number, ends: RunEnds, finds: Finds): number {
  const first = text.charCodeAt(from);
  const length = end - from;
  if (length <= 6) return scanShort(text, from, end, ends, finds);
  if (first === LOWER_E && text.startsWith('eyJ', from) && text.charCodeAt(end) === DOT)
    return scanJwt(text, from, end, ends, finds);
  if (length < SHORTEST || length > 300) return end;
  if (
    first !== LOWER_A &&
    first !== UPPER_A &&
    !(first === LOWER_G || first === LOWER_N || first === LOWER_S || first === LOWER_R)
  )
    return end;
  // A key of Google's may go on after a dash.
  const to = first === UPPER_A && text.startsWith('AIza', from) ? ends.of('token', end) : end;
  if (WORD.test(text.slice(from, end))) finds.add('token', from, to);
  return end;
}

/** `Bearer x` and `Basic x`, and tokens whose first word is their kind. */
function scanShort(text: string, from: number, end: number, ends: RunEnds, finds: Finds): number {
  const after = text.charCodeAt(end);
  if (after === BLANK && (end - from === 6 || end - from === 5)) {
    const word = text.slice(from, end).toLowerCase();
    if (word !== 'bearer' && word !== 'basic') return end;
    const to = ends.of('token', end + 1);
    if (to - end - 1 >= 8) finds.add('password', end + 1, to);
    return end;
  }
  if (after !== DASH || !DASHED.test(text.slice(from, end))) return end;
  const to = ends.of('dashed', end);
  if (to - end > SHORTEST) finds.add('token', from, to);
  return end;
}

function scanJwt(text: string, from: number, end: number, ends: RunEnds, finds: Finds): number {
  const to = ends.of('token', end);
  if (to - from >= 20 && isWordAt(text, end + 1)) finds.add('token', from, to);
  return end;
}

const BLANK = 32;
const DASH = 45;
const DOT = 46;
const UPPER_A = 65;
const LOWER_A = 97;
const LOWER_E = 101;
const LOWER_G = 103;
const LOWER_N = 110;
const LOWER_R = 114;
const LOWER_S = 115;
