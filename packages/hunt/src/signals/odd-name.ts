/**
 * How much a name looks made by a machine (a domain generation algorithm), 0-1. Names that people choose are made of
 * syllables: vowels and consonants take turns, and common pairs of letters are common. Judged is the longest label
 * below the top one.
 */
export function oddName(name: string): number {
  const labels = name.split('.').slice(0, -1);
  const label = labels.reduce((longest, each) => (each.length > longest.length ? each : longest), '');
  if (label.length < 8 || label.startsWith('xn--')) return 0;
  const letters = label.slice(0, 63).replace(/[^a-z0-9]/g, '');
  if (letters.length < 8) return 0;
  let common = 0;
  let run = 0;
  let longestRun = 0;
  for (let i = 0; i < letters.length; i++) {
    if (i > 0 && COMMON_PAIRS.has(letters.slice(i - 1, i + 1))) common++;
    run = /[aeiouy]/.test(letters[i] as string) ? 0 : run + 1;
    longestRun = Math.max(longestRun, run);
  }
  const pairs = common / (letters.length - 1);
  const digits = letters.replace(/[^0-9]/g, '').length / letters.length;
  const odd = 4.2 * (0.36 - pairs) + 0.35 * Math.max(0, longestRun - 3) + 1.2 * digits;
  return Math.min(1, Math.max(0, odd));
}

/** The pairs of letters that English and Latin words are made of, by frequency. */
const COMMON_PAIRS: ReadonlySet<string> = new Set(
  (
    'th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ' +
    'ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut ss so ' +
    'rs un lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai sh ir su id os iv ia am fi ci vi pl ' +
    'ig tu ev ld ry mp fe bl ab gh ty op wo sa ay ex ke ui fr oo ag ap up do ck pi da'
  ).split(' '),
);
