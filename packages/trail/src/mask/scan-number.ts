import { isDigitAt, isWordAt } from './char-class.ts';
import { isBankCard, isResidentId } from './check-digits.ts';
import type { Finds } from './finds.ts';
import { HIDDEN } from './mask.ts';

/** Digits in one number at most, groups and all. */
const LONGEST = 19;
const GROUPED =
  /^(?:(\d{3})[ -](\d{4})[ -](\d{4})|(\d{4})[ -](\d{4})[ -](\d{4})[ -](\d{2,4})(?:[ -](\d{3}))?|(\d{4})[ -](\d{6})[ -](\d{4,5})|(\d{6})[ -](\d{8})[ -](\d{3}[\dXx]))(?!\w)/;
const GROUPED_LONGEST = 25;
/** The group of {@link GROUPED} with the last digits of a card of 19. */
const CARD_TAIL = 8;

/**
 * Resident ids, mobile numbers, bank cards and one-time codes at a digit that begins a word. Returns where to
 * go on: after the word.
 */
export function scanNumber(text: string, from: number, finds: Finds): number {
  let end = from + 1;
  let next = text.charCodeAt(end);
  while (next >= ZERO && next <= NINE) next = text.charCodeAt(++end);
  const length = end - from;
  if (length < 3) return isWordAt(text, end) ? afterWord(text, end) : end;
  if (length === 17 && (text[end] === 'X' || text[end] === 'x') && !isWordAt(text, end + 1)) end++;
  if (isWordAt(text, end)) return afterWord(text, end);
  if (length <= 8) {
    if ((length === 3 || length === 4 || length === 6) && scanGroups(text, from, end, finds)) return end;
    // What a mask left of a longer number is no code.
    const isCode =
      length >= 4 && !text.startsWith(HIDDEN, end) && isOneTimeCode(text, from, finds.last?.to ?? 0);
    if (isCode) finds.add('oneTimeCode', from, end);
    return end;
  }
  if (length < 11 || length > LONGEST) return end;
  const digits = text.slice(from, end);
  const isAbroad = /^(?:00)?86/.test(digits) && length <= 15 && isMobile(digits.slice(-11));
  const what = isAbroad ? 'phone' : kindOf(digits);
  if (what !== undefined) finds.add(what, isAbroad ? end - 11 : from, end);
  return end;
}

/** A number in groups, the first of which ends at `end`. */
function scanGroups(text: string, from: number, end: number, finds: Finds): boolean {
  const separator = text.charCodeAt(end);
  if ((separator !== BLANK && separator !== DASH) || !isDigitAt(text, end + 1)) return false;
  const match = GROUPED.exec(text.slice(from, from + GROUPED_LONGEST + 1));
  if (match === null) return false;
  const [whole] = match;
  // Three digits after a card are its last or the number on its back.
  return (
    addGrouped(whole, from, finds) ||
    (match[CARD_TAIL] !== undefined && addGrouped(whole.slice(0, -4), from, finds))
  );
}

function addGrouped(groups: string, from: number, finds: Finds): boolean {
  const what = kindOf(groups.replace(/[ -]/g, ''));
  if (what !== undefined) finds.add(what, from, from + groups.length);
  return what !== undefined;
}

function kindOf(digits: string): 'idCard' | 'phone' | 'bankCard' | undefined {
  if (isResidentId(digits)) return 'idCard';
  if (isMobile(digits)) return 'phone';
  return isBankCard(digits) ? 'bankCard' : undefined;
}

const ZERO = 48;
const NINE = 57;
const BLANK = 32;
const DASH = 45;

/** 11 digits of a Chinese mobile number. */
function isMobile(digits: string): boolean {
  return digits.length === 11 && digits.charCodeAt(0) === 49 && digits.charCodeAt(1) >= 51;
}

/** What is near a code that was sent to somebody. */
const SENT = [
  'otp',
  'one-time',
  'one time',
  'verif',
  'security code',
  'sms',
  'login code',
  '2fa',
  'mfa',
  '验证码',
  '校验码',
  '动态码',
  '动态口令',
];
const NEAR = 40;

function isOneTimeCode(text: string, from: number, done: number): boolean {
  let before = from - 1;
  const last = text.charCodeAt(before);
  // Most numbers come after a dot, a slash or a dash.
  if (last >= 45 && last <= 47) return false;
  for (let i = 0; i < 6 && before >= 0 && ' :=："\'是为\t[【('.includes(text[before] as string); i++)
    before--;
  // `code 1234`, `otp: 1234`, `code is 1234`, 验证码1234: what comes just before is one of few letters.
  if (before < 0 || !'eEpPsSAa码令'.includes(text[before] as string)) return false;
  // Not beyond what was masked, so that a text masked again, and shorter by then, is not read otherwise.
  const unmasked = text.slice(Math.max(0, done, from - NEAR), from);
  const near = unmasked.slice(unmasked.lastIndexOf('*') + 1).toLowerCase();
  return SENT.some((word) => near.includes(word));
}

export function afterWord(text: string, from: number): number {
  let at = from;
  while (isWordAt(text, at)) at++;
  return at;
}
