import type { SessionRecord } from '@aegis/model';

/** At most this many signatures describe one session. */
const SIGNATURE_LIMIT = 32;

/**
 * What makes a session recognisable, as short strings: the attack types found in its content, their indicators,
 * the tool, and the attacked paths without the parts that vary (numbers, long hex and encoded text). Sorted and
 * without duplicates; empty for a session that attacked nothing.
 */
export function signaturesOf(record: SessionRecord): readonly string[] {
  const { techniques, indicators } = record.attack_patterns;
  if (techniques.length === 0) return [];
  const found = new Set<string>();
  for (const technique of techniques) found.add(`type:${technique}`);
  for (const indicator of indicators) found.add(`indicator:${indicator}`);
  const { tool_name: tool, kind } = record.user_agent_info;
  if (tool !== undefined && kind === 'security_tool') found.add(`tool:${tool.toLowerCase()}`);
  for (const { path, attack_type: type } of record.requests) {
    if (found.size >= SIGNATURE_LIMIT) break;
    if (type !== undefined) found.add(`path:${pathShape(path)}`);
  }
  return [...found].slice(0, SIGNATURE_LIMIT).sort();
}

/** `/item/123/a%20b?id=1&x=2` becomes `/item/#/*?id&x`: what the attacker aimed at, not what was put in. */
function pathShape(target: string): string {
  const bounded = target.slice(0, 512);
  const question = bounded.indexOf('?');
  const path = question < 0 ? bounded : bounded.slice(0, question);
  const names =
    question < 0
      ? []
      : bounded
          .slice(question + 1)
          .split('&', 16)
          .map((pair) => pair.split('=', 1)[0] ?? '');
  const shape = path
    .split('/', 8)
    .map((part) => {
      if (/^\d+$/.test(part)) return '#';
      return /%|^[0-9a-f]{16,}$/i.test(part) || part.length > 32 ? '*' : part;
    })
    .join('/');
  const plainNames = [...new Set(names)].filter((name) => /^[\w.[\]-]{1,24}$/.test(name)).sort();
  return plainNames.length > 0 ? `${shape}?${plainNames.join('&')}` : shape;
}

/**
 * How alike two sets of signatures are: |A n B| / max(|A|, |B|), 0-1 (spec, mesh: attack memory).
 * Above 0.5 they are the same pattern.
 */
export function signatureOverlap(a: readonly string[], b: readonly string[]): number {
  return overlapWith(a)(b);
}

/** {@link signatureOverlap} of one with many. */
export function overlapWith(a: readonly string[]): (b: readonly string[]) => number {
  const inA = new Set(a);
  return (b) => {
    const larger = Math.max(a.length, b.length);
    if (larger === 0) return 0;
    let both = 0;
    for (const signature of b) if (inA.has(signature)) both++;
    return both / larger;
  };
}
