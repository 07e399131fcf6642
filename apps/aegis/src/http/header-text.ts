/** At most this many characters of a text go into a header. */
const LIMIT = 200;

/**
 * Text as a header value: one line of printable ASCII, everything else and `%` percent-encoded as UTF-8. Reasons
 * hold what attackers wrote; no line break and no foreign encoding of theirs gets out.
 */
export function headerText(text: string): string {
  const bounded = text.length > LIMIT ? `${text.slice(0, LIMIT - 1)}…` : text;
  return bounded
    .toWellFormed()
    .trim()
    .replace(/[^\x20-\x7e]|%/gu, (character) => encodeURIComponent(character));
}
