/** A shifted run whose first character is ASCII: `+ADw-`, and with `&` as IMAP writes it (RFC 3501, section 5.1.3). */
const SHIFTED = /[+&](A[A-H][A-Za-z0-9+/]{1,128})-?/g;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * UTF-7 (RFC 2152): runs of base64 that hold UTF-16. Only runs of printable ASCII with a sign among
 * it are replaced: letters alone have no reason to be written so, and `R&ADD` is a name. Bits left over at the end are dropped, as browsers did.
 */
export function decodeUtf7(text: string): string {
  if (!text.includes('+A') && !text.includes('&A')) return text;
  return text.replace(SHIFTED, (run, digits: string) => asciiOf(digits) ?? run);
}

function asciiOf(digits: string): string | undefined {
  let out = '';
  let bits = 0;
  let held = 0;
  for (const digit of digits) {
    bits = (bits << 6) | ALPHABET.indexOf(digit);
    held += 6;
    if (held < 16) continue;
    held -= 16;
    const unit = (bits >> held) & 0xffff;
    bits &= (1 << held) - 1;
    const blank = unit === 9 || unit === 10 || unit === 13;
    if (unit > 126 || (unit < 32 && !blank)) return undefined;
    out += String.fromCharCode(unit);
  }
  return /[^a-z0-9]/i.test(out) ? out : undefined;
}
