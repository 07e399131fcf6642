// Controls, invisible and direction-changing characters, lone surrogates, line and paragraph separators.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/** On one line of at most `most` characters, and nothing that cannot be seen. */
export function bareLine(text: string, most: number): string {
  // Cut first: what is thrown away need not be looked at.
  const cut = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return cut.replace(UNSAFE, ' ').trim();
}

/**
 * The same, and no reader's program makes a link of it: `https[:]//evil[.]example`, as analysts write such names.
 * Addresses stay as they are.
 */
export function harmlessLine(text: string, most: number): string {
  return bareLine(text, most)
    .replaceAll('://', '[:]//')
    .replace(/\.(?=\p{L})/gu, '[.]')
    .replace(/@(?=[\p{L}\p{N}])/gu, '[@]');
}
