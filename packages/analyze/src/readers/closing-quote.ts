/** Index of the first quote from `from` on that no backslash escapes, or -1. Linear. */
export function closingQuote(text: string, from: number): number {
  let quote = text.indexOf('"', from);
  while (quote >= 0) {
    let slashes = 0;
    while (quote - slashes > from && text[quote - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return quote;
    quote = text.indexOf('"', quote + 1);
  }
  return -1;
}
