/** Names whose values nobody should read, without `_`, `-` and `.`; also at the end of longer names. */
const ENDINGS = [
  ...['password', 'passwd', 'passphrase', 'passcode', 'pwd', 'secret', 'token', 'apikey', 'accesskey'],
  ...[
    'secretkey',
    'privatekey',
    'signingkey',
    'encryptionkey',
    'authorization',
    'cookie',
    'credential',
    'credentials',
  ],
  ...[
    'otpcode',
    'smscode',
    'verifycode',
    'verificationcode',
    'authcode',
    'captchacode',
    'fingerprintdata',
    'faceid',
  ],
  ...['sessionid', 'sessid'],
];
/** Too short to look for at the end of others. */
const WHOLE = new Set([
  'pass',
  'pin',
  'otp',
  'totp',
  'cvv',
  'cvc',
  'sid',
  'auth',
  'iban',
  'secrets',
  'tokens',
  'passwords',
]);
const CHINESE = ['密码', '口令', '密钥', '令牌'];

const LONGEST = 64;

/** By the last three letters, five bits each: nearly every name is passed by without a look at it. */
const likely = new Uint8Array(1 << 15);
for (const name of [...ENDINGS, ...WHOLE]) likely[packed(name, name.length)] = 1;

/** Whether a name, as in `name=value`, is one of a secret. */
export function isSecretName(name: string): boolean {
  if (name.length > LONGEST) return false;
  const plain = name.toLowerCase().replace(/[-_.\s]/g, '');
  return (
    WHOLE.has(plain) ||
    ENDINGS.some((ending) => plain.endsWith(ending)) ||
    CHINESE.some((each) => plain.endsWith(each))
  );
}

/** Whether the name that ends before `end` may be one: cheap, and never wrong about a secret. */
export function mayEndSecretName(text: string, end: number): boolean {
  const last = text.charCodeAt(end - 1);
  return last > 127 ? CHINESE_LAST.has(text[end - 1] as string) : likely[packed(text, end)] === 1;
}

const CHINESE_LAST = new Set(CHINESE.map((name) => name.at(-1) as string));

function packed(text: string, end: number): number {
  const low = (at: number): number => text.charCodeAt(at) & 31;
  return end < 3 ? 0 : (low(end - 3) << 10) | (low(end - 2) << 5) | low(end - 1);
}

/** Values of these, where they are not quoted, are the rest of the line. */
export function isHeaderName(name: string): boolean {
  return /(?:authorization|cookie)$/i.test(name);
}
