import { asciiBytes, BEYOND } from './ascii-bytes.ts';
import { CLASSES, DIGIT } from './char-class.ts';

/** Names whose values nobody should read, without `_`, `-` and `.`; also at the end of longer names. */
const ENDINGS = `password passwd passphrase passcode pwd secret token apikey accesskey secretkey privatekey
  signingkey encryptionkey credential credentials otpcode smscode verifycode verificationcode authcode
  captchacode fingerprintdata faceid sessionid sessid`.split(/\s+/);
/** Values of these, where they are not quoted, are the rest of the line. */
const HEADERS = ['authorization', 'cookie'];
/** Too short to look for at the end of others. */
const WHOLE = 'pass pin otp totp cvv cvc sid auth iban secrets tokens passwords'.split(' ');
const CHINESE = new Set(['密码', '口令', '密钥', '令牌']);

/** How far from the end of a name it is looked at. */
const LONGEST = 64;

export type SecretName = 'value' | 'header';

interface Candidate {
  readonly name: string;
  readonly is: SecretName;
  readonly whole: boolean;
}

const candidates: readonly Candidate[] = [
  ...ENDINGS.map((name) => ({ name, is: 'value', whole: false }) as const),
  ...HEADERS.map((name) => ({ name, is: 'header', whole: false }) as const),
  ...WHOLE.map((name) => ({ name, is: 'value', whole: true }) as const),
];

/** By the last two letters, five bits each: nearly every name is passed by without a look at it. */
const byLast: (readonly Candidate[] | undefined)[] = new Array(1 << 10).fill(undefined);
for (const each of candidates) {
  const index = packed(
    each.name.charCodeAt(each.name.length - 2),
    each.name.charCodeAt(each.name.length - 1),
  );
  byLast[index] = [...(byLast[index] ?? []), each];
}

/** Whether a name, as in `name=value`, is one of a secret. */
export function isSecretName(name: string): boolean {
  const end = name.slice(-LONGEST);
  return secretNameBefore(end, asciiBytes(end), end.length) !== undefined;
}

/** What the name that ends before `end` is the name of, if it is a secret. */
export function secretNameBefore(text: string, bytes: Uint8Array, end: number): SecretName | undefined {
  if (end < 2) return undefined;
  const last = bytes[end - 1] as number;
  if (last === BEYOND) return CHINESE.has(text.slice(end - 2, end)) ? 'value' : undefined;
  const all = byLast[packed(bytes[end - 2] as number, last)];
  if (all === undefined) return undefined;
  for (const each of all) {
    const from = beginOf(each.name, bytes, end);
    if (from >= 0 && (!each.whole || beginsName(text, bytes, from))) return each.is;
  }
  return undefined;
}

/** Where the name that ends before `end` begins, whatever its case and the separators in it; -1 if it is another. */
function beginOf(name: string, bytes: Uint8Array, end: number): number {
  const least = Math.max(0, end - LONGEST);
  let at = end;
  for (let nth = name.length - 1; nth >= 0; nth--) {
    while (at > least && isSeparator(bytes[at - 1] as number)) at--;
    if (at === least || ((bytes[at - 1] as number) | SMALL) !== name.charCodeAt(nth)) return -1;
    at--;
  }
  return at;
}

/** Whether no name goes on before `from`. */
function beginsName(text: string, bytes: Uint8Array, from: number): boolean {
  let at = from;
  while (at > 0 && from - at < LONGEST && isSeparator(bytes[at - 1] as number)) at--;
  if (at === 0) return true;
  const byte = bytes[at - 1] as number;
  if (byte !== BEYOND) return (CLASSES[byte] as number) > DIGIT;
  const code = text.charCodeAt(at - 1);
  return code < 0x4e00 || code > 0x9fff;
}

function isSeparator(byte: number): boolean {
  return byte === DASH || byte === DOT || byte === LOW_LINE;
}

function packed(first: number, second: number): number {
  return ((first & 31) << 5) | (second & 31);
}

const DASH = 45;
const DOT = 46;
const LOW_LINE = 95;
/** Makes a large letter small. */
const SMALL = 32;
