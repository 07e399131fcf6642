/**
 * Three ways to take a text an attacker may have written. All are idempotent, cut to `max` UTF-16 units without
 * splitting a pair, and leave no lone surrogate, so that the text can be written as UTF-8 and read back the same.
 */

/** Names, ids, user agents: what is shown and compared. No control characters, white space as single blanks. */
export function cleanLine(text: string, max: number): string {
  const plain = /^[!-~]+(?: [!-~]+)*$/.test(text) ? text : withoutControls(text);
  return cut(plain, max).trimEnd();
}

/** Bodies, header values, passwords, commands: what is classified. Every character stays, NULs too. */
export function keepEvidence(text: string, max: number): string {
  return cut(text.isWellFormed() ? text : text.toWellFormed(), max);
}

/** Request targets: classified and shown. A control character becomes its percent-encoding, which says the same. */
export function cleanTarget(text: string, max: number): string {
  return keepEvidence(text.replace(/\p{Cc}/gu, encodeURIComponent), max);
}

function withoutControls(text: string): string {
  return text
    .toWellFormed()
    .replace(/\s+/g, ' ')
    .replace(/\p{Cc}+/gu, '')
    .replace(/ {2,}/g, ' ')
    .trim();
}

function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}
