import { BEYOND } from './ascii-bytes.ts';
import type { Scan } from './scan.ts';

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

/** `code 1234`, `otp: 1234`, `code is 1234`, 验证码1234: what may stand just before a code, and between. */
const BEFORE = /(?:codes?|otp|pass|[ai]s|sms|[2m]fa|码|令)$/i;
const BEFORE_LONGEST = 5;
const between = ' :=："\'是为\t[【(';
const lastLetters = 'eEpPsSAa码令';
const BETWEEN_LONGEST = 6;
const GAP = 1;
const LAST = 2;
const kinds = new Uint8Array(BEYOND);
for (const each of between) if (each.charCodeAt(0) < BEYOND) kinds[each.charCodeAt(0)] = GAP;
for (const each of lastLetters) if (each.charCodeAt(0) < BEYOND) kinds[each.charCodeAt(0)] = LAST;

/** Whether the digits from `from` are a code that was sent to somebody, as what stands before them says. */
export function isOneTimeCode(scan: Scan, from: number): boolean {
  const { text, finds } = scan;
  let before = from - 1;
  for (let i = 0; i < BETWEEN_LONGEST && before >= 0 && kindAt(scan, before) === GAP; i++) before--;
  if (before < 0 || kindAt(scan, before) !== LAST) return false;
  if (!BEFORE.test(text.slice(Math.max(0, before + 1 - BEFORE_LONGEST), before + 1))) return false;
  // Not before what was found or masked: what a password is called says nothing of the next number.
  const near = text.slice(Math.max(0, finds.last?.from ?? 0, from - NEAR), from);
  const words = near.slice(near.lastIndexOf('*') + 1).toLowerCase();
  return SENT.some((word) => words.includes(word));
}

function kindAt({ text, bytes }: Scan, at: number): number {
  const code = bytes[at] as number;
  if (code < BEYOND) return kinds[code] as number;
  const char = text[at] as string;
  if (between.includes(char)) return GAP;
  return lastLetters.includes(char) ? LAST : 0;
}
