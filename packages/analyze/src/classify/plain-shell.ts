/** What a shell drops before it looks a command up. */
const DECORATION =
  /\$\{?ifs\}?(?:\$\d)?|\$(?:[@*]|\d(?=[a-z]))|\$\{[@*]\}|\$(?<=[a-z]\$)(?:\{\w{1,12}\}(?=[a-z])|[a-z_]{1,8}(?=[\s/]|$))|\$\(\)|``|''|""|\\(?=[a-z/])|\^(?=[a-z])|\\\n/g;
/** A few letters of a word in quotes of their own: `c"a"t`, `w'h'oami`. */
const QUOTED_LETTERS = /([a-z/])(['"])([a-z/]{1,4})\2(?=[a-z/\s]|$)/g;
const QUOTED_START = /(^|[;|&\s])(['"])([a-z]{1,3})\2(?=[a-z])/g;

/**
 * A command line without the quotes, escapes and empty expansions that only hide its words: `c"a"t${ifs}/x`,
 * `w\ho$@ami`, `c^md` become `cat /x`, `whoami`, `cmd`. Returns its argument where there are none.
 */
export function plainShell(lower: string): string {
  if (!/[$\\^'"`]/.test(lower)) return lower;
  return lower
    .replace(DECORATION, (found) => (found.includes('ifs') ? ' ' : ''))
    .replace(QUOTED_LETTERS, '$1$3')
    .replace(QUOTED_LETTERS, '$1$3')
    .replace(QUOTED_START, '$1$3');
}
