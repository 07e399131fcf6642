/**
 * PostgreSQL's text cannot hold U+0000: it is written as U+0001 U+0001, and U+0001 itself as U+0001 U+0002. Every
 * text has one spelling, and spellings are in the order of what they spell. Half a surrogate pair becomes U+FFFD.
 */
export function storedText(text: string): string {
  return text.toWellFormed().replaceAll('\u0001', '\u0001\u0002').replaceAll('\u0000', '\u0001\u0001');
}

export function toldText(stored: string): string {
  return stored.replaceAll('\u0001\u0001', '\u0000').replaceAll('\u0001\u0002', '\u0001');
}
