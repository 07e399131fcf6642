import { CLASSES, DIGIT } from './char-class.ts';
import type { Scan } from './scan.ts';

const LOCAL_LONGEST = 64;
const DOMAIN = /(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w@-])/y;

/** What may stand before the `@`. Stars too: what was masked is found as the same again. */
const local = new Uint8Array(256);
for (let code = 0; code < 128; code++)
  if ((CLASSES[code] as number) <= DIGIT || '%*+-.'.includes(String.fromCharCode(code))) local[code] = 1;

/** A mail address around the `@` at `at`. Returns where to go on: after it. */
export function scanEmail({ text, bytes, finds }: Scan, at: number): number {
  const { last } = finds;
  // After the password of a URL comes a host.
  if (last?.to === at && (last.what === 'password' || last.what === 'several')) return at + 1;
  const least = Math.max(0, at - LOCAL_LONGEST);
  let from = at;
  let stars = 0;
  for (; from > least && local[bytes[from - 1] as number] === 1; from--)
    if (bytes[from - 1] === STAR) stars++;
  if (at - from === stars) return at + 1;
  DOMAIN.lastIndex = at + 1;
  if (DOMAIN.test(text)) finds.add('email', from, DOMAIN.lastIndex);
  return at + 1;
}

const STAR = 42;
