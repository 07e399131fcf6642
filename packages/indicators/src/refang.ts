const OPEN = '[({';
const CLOSE = '])}';
/** Blanks, zero-width characters, quotes and angle brackets that people put around an indicator. */
const WRAPPING = /[\s\u200b-\u200d\u2060\ufeff"'`<>]/u;
/** `hxxp`, `hXXps`, `h**p`, and the same mangled half. */
const MANGLED_HTTP = /^h[tx*]{2}p(s?):\/\//i;
const MANGLED_FTP = /^f[tx*]p(s?):\/\//i;

/**
 * Undoes what keeps an indicator from being clicked: `example[.]com`, `(dot)`, `hxxp[:]//`, `user[@]host`, `\.`.
 * One pass; doing it again changes nothing.
 */
export function refang(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && WRAPPING.test(text[start] as string)) start++;
  while (end > start && WRAPPING.test(text[end - 1] as string)) end--;
  const bare = text.slice(start, end);
  const open = /[[({\\]/.test(bare) ? withoutBrackets(bare) : bare;
  return open
    .replace(MANGLED_HTTP, (_, secure: string) => `http${secure.toLowerCase()}://`)
    .replace(MANGLED_FTP, (_, secure: string) => `ftp${secure.toLowerCase()}://`);
}

/** What a pair of brackets may hold. */
const HELD: readonly (readonly [string, string])[] = [
  ['.', '.'],
  ['dot', '.'],
  [':', ':'],
  ['://', '://'],
  ['@', '@'],
  ['at', '@'],
  ['/', '/'],
];

/** At a closing bracket the end of what is written so far tells, so that nested brackets fall one by one. */
function withoutBrackets(text: string): string {
  let out = '';
  for (const char of text) {
    const pair = CLOSE.indexOf(char);
    const held = pair < 0 ? undefined : HELD.find(([inside]) => endsWith(out, OPEN[pair] + inside));
    if (held !== undefined) {
      out = out.slice(0, out.length - held[0].length - 1);
      out = held[1] === '.' ? `${withoutBackslashes(out)}.` : out + held[1];
    } else out = char === '.' ? `${withoutBackslashes(out)}.` : out + char;
  }
  return out;
}

function endsWith(text: string, end: string): boolean {
  return text.slice(-end.length).toLowerCase() === end;
}

function withoutBackslashes(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '\\') end--;
  return text.slice(0, end);
}
