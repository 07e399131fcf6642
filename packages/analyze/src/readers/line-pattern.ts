/** A compiled pattern: what it found by name, or undefined where the line does not fit. */
export type LinePattern = (text: string) => Readonly<Record<string, string>> | undefined;

type Kind = 'text' | 'first' | 'word' | 'ip' | 'number' | 'rest';
type Token =
  | { readonly literal: string }
  | { readonly name: string; readonly kind: Kind; readonly next: string | undefined };

/**
 * A line as a program writes it, with `{name:kind}` where it differs:
 *
 * - `text` (the default) reaches to the last place where what follows stands. It is for what a client chose: a name
 *   like `root from 192.0.2.9 port 22` cannot pass another's address off as its own.
 * - `first` reaches to the first such place: for what the program itself wrote.
 * - `word` has no blank in it; `number` is digits, `ip` what addresses are made of (so `{client}` is an `ip`).
 * - `rest` is all up to the end, and `{*}` at the end the same without a name; `{_}` has no name either.
 *
 * The pattern must fit from the first character to the last. Every part is found by at most one search, and nothing
 * is tried twice: linear in the line.
 */
export function linePattern(pattern: string): LinePattern {
  const tokens = tokensOf(pattern);
  return (text) => {
    const found: Record<string, string> = {};
    let at = 0;
    for (const token of tokens) {
      if ('literal' in token) {
        if (!text.startsWith(token.literal, at)) return undefined;
        at += token.literal.length;
        continue;
      }
      const end = endOf(token.kind, token.next, text, at);
      if (end === undefined) return undefined;
      if (token.name !== '_') found[token.name] = text.slice(at, end);
      at = end;
    }
    return at === text.length ? found : undefined;
  };
}

function tokensOf(pattern: string): readonly Token[] {
  const parts = pattern.split(/(\{[a-z_]*(?::[a-z]+)?\}|\{\*\})/).filter((part) => part !== '');
  return parts.map((part, index) => {
    if (!/^\{.*\}$/.test(part)) return { literal: part };
    if (part === '{*}') return { name: '_', kind: 'rest', next: undefined };
    const [name = '', kind = name === 'client' ? 'ip' : 'text'] = part.slice(1, -1).split(':');
    return { name, kind: kind as Kind, next: parts[index + 1] };
  });
}

const CLASSES: Readonly<Partial<Record<Kind, RegExp>>> = {
  word: /[^\s]+/y,
  ip: /[0-9A-Fa-f:.]{2,45}/y,
  number: /\d{1,19}/y,
};

function endOf(kind: Kind, next: string | undefined, text: string, at: number): number | undefined {
  const characters = CLASSES[kind];
  if (characters !== undefined) {
    characters.lastIndex = at;
    let end = characters.test(text) ? characters.lastIndex : undefined;
    if (kind === 'ip' && end !== undefined && text[end - 1] === '.') end -= 1;
    // An address and a port are written with the same characters: the last colon is between them.
    if (kind === 'ip' && end !== undefined && next?.startsWith(':')) return text.lastIndexOf(':', end - 1);
    // `word` may hold what follows: `user,` before `, from`.
    if (kind !== 'word' || next === undefined || end === undefined || text.startsWith(next, end)) return end;
    const before = text.lastIndexOf(next, end);
    return before > at ? before : undefined;
  }
  if (kind === 'rest' || next === undefined) return text.length;
  const end = kind === 'first' ? text.indexOf(next, at) : text.lastIndexOf(next);
  return end < at ? undefined : end;
}
