import { isWordAt } from './char-class.ts';
import { isBankCard, isResidentId } from './check-digits.ts';
import type { Finds } from './finds.ts';
import { HIDDEN } from './mask.ts';
import { isOneTimeCode } from './one-time-code.ts';
import type { Scan } from './scan.ts';

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
export function scanNumber(scan: Scan, from: number): number {
  const { text, bytes, finds } = scan;
  let end = from + 1;
  while (isDigitAt(bytes, end)) end++;
  const length = end - from;
  if (length === 17 && ((bytes[end] as number) & UPPERCASE) === UPPER_X && !isWordAt(bytes, end + 1)) end++;
  if (isWordAt(bytes, end)) return afterWord(bytes, end);
  if (length < 3) return end;
  if (length <= 8) {
    scanShort(scan, from, end);
    return end;
  }
  if (length < 11 || length > LONGEST) return end;
  const digits = text.slice(from, end);
  const isAbroad = /^(?:00)?86/.test(digits) && length <= 15 && isMobile(digits.slice(-11));
  const what = isAbroad ? 'phone' : kindOf(digits);
  if (what !== undefined) finds.add(what, isAbroad ? end - 11 : from, end);
  return end;
}

/** The first group of a number in groups, or a one-time code. */
function scanShort(scan: Scan, from: number, end: number): void {
  const { text, bytes, finds } = scan;
  const length = end - from;
  if ((length === 3 || length === 4 || length === 6) && scanGroups(scan, from, end)) return;
  // Most numbers come after a dot, a slash or a dash.
  const before = from === 0 ? BLANK : (bytes[from - 1] as number);
  if (length === 3 || (before >= DASH && before <= SLASH)) return;
  // What a mask left of a longer number is no code.
  if (isOneTimeCode(scan, from) && !text.startsWith(HIDDEN, end)) finds.add('oneTimeCode', from, end);
}

function scanGroups({ text, bytes, finds }: Scan, from: number, end: number): boolean {
  const separator = bytes[end];
  if ((separator !== BLANK && separator !== DASH) || !hasGroup(bytes, end + 1)) return false;
  const match = GROUPED.exec(text.slice(from, from + GROUPED_LONGEST + 1));
  if (match === null) return false;
  const [whole] = match;
  // Three digits after a card are its last or the number on its back.
  return (
    addGrouped(whole, from, finds) ||
    (match[CARD_TAIL] !== undefined && addGrouped(whole.slice(0, -4), from, finds))
  );
}

/** The second group has four digits at least. */
function hasGroup(bytes: Uint8Array, from: number): boolean {
  let end = from;
  while (end - from < 4 && isDigitAt(bytes, end)) end++;
  return end - from === 4;
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

/** 11 digits of a Chinese mobile number. */
function isMobile(digits: string): boolean {
  return digits.length === 11 && digits.charCodeAt(0) === 49 && digits.charCodeAt(1) >= 51;
}

function isDigitAt(bytes: Uint8Array, at: number): boolean {
  const code = bytes[at] as number;
  return code >= ZERO && code <= NINE;
}

function afterWord(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isWordAt(bytes, at)) at++;
  return at;
}

const ZERO = 48;
const NINE = 57;
const BLANK = 32;
const DASH = 45;
const SLASH = 47;
const UPPER_X = 88;
/** Makes a small letter large. */
const UPPERCASE = ~32;
