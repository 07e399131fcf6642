const MAX_LOOKUPS = 64;
const LONGEST_LOOKUP = 256;

/**
 * Where a `${jndi:` look-up of Log4j stands, -1 where there is none. Nested look-ups that only spell letters,
 * `${lower:j}`, `${::-n}`, `${env:X:-d}`, are resolved first, innermost first, a bounded number of times.
 */
export function jndiLookup(lower: string): number {
  const first = lower.indexOf('${');
  if (first < 0) return -1;
  let text = lower.slice(first, first + 4_096);
  if (text.includes('${jndi:')) return first + text.indexOf('${jndi:');
  for (let round = 0; round < MAX_LOOKUPS; round++) {
    const close = text.indexOf('}');
    if (close < 0) break;
    const open = text.lastIndexOf('${', close);
    if (open < 0) {
      text = `${text.slice(0, close)} ${text.slice(close + 1)}`;
      continue;
    }
    // What `upper` makes an I or S of (U+0131, U+017F).
    const inside = text
      .slice(open + 2, close)
      .replaceAll('\u0131', 'i')
      .replaceAll('\u017f', 's');
    if (inside.length > LONGEST_LOOKUP) break;
    text = text.slice(0, open) + resolved(inside) + text.slice(close + 1);
    if (text.includes('${jndi:')) return first;
  }
  return -1;
}

function resolved(inside: string): string {
  const fallback = inside.lastIndexOf(':-');
  if (fallback >= 0) return inside.slice(fallback + 2);
  const colon = inside.indexOf(':');
  const name = inside.slice(0, colon);
  return name === 'lower' || name === 'upper' || name === 'date'
    ? inside.slice(colon + 1).replaceAll("'", '')
    : inside;
}
