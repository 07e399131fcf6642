/** The words of a text, which blanks and line breaks separate: how long tables of words are written down. */
export function wordSet(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
