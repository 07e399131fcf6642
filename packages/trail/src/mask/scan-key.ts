import type { Scan } from './scan.ts';

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
/** PEM, its headers, and line ends as JSON writes them. */
const BODY = /[A-Za-z0-9+/=\s\\:,._@()<>]*/y;

/** A private key that begins with the dashes at `at`. Returns where to go on: after its first line. */
export function scanKey({ text, bytes, finds }: Scan, at: number): number {
  BEGIN.lastIndex = at;
  if (!BEGIN.test(text)) return afterDashes(bytes, at);
  const from = BEGIN.lastIndex;
  BODY.lastIndex = from;
  BODY.test(text);
  if (BODY.lastIndex > from) finds.add('privateKey', from, BODY.lastIndex);
  return from;
}

/** Long lines of dashes are common, and a BEGIN has five. */
function afterDashes(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === DASH) at++;
  return at - from > 5 ? at - 5 : from + 1;
}

const DASH = 45;
