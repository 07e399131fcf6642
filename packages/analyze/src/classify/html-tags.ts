/** A tag as a lenient HTML parser would see it. */
export interface HtmlTag {
  /** Lower case; without a namespace. */
  readonly name: string;
  readonly at: number;
  readonly attributes: readonly HtmlAttribute[];
}

interface HtmlAttribute {
  readonly name: string;
  /** Without quotes, blanks and control characters, which browsers ignore in front of and inside schemes. */
  readonly value: string;
}

const MAX_TAGS = 256;
const MAX_ATTRIBUTES = 64;

/**
 * The tags of a text in lower case. Attributes may be separated by blanks, slashes or nothing but quotes, and
 * a tag need not be closed: browsers accept all that, and so do attackers. Time: linear.
 */
export function htmlTags(lower: string): readonly HtmlTag[] {
  const tags: HtmlTag[] = [];
  let i = lower.indexOf('<');
  while (i >= 0 && tags.length < MAX_TAGS) {
    const start = lower.charCodeAt(i + 1) === 0x2f ? i + 2 : i + 1;
    const nameEnd = wordEnd(lower, start);
    if (nameEnd === start) {
      i = lower.indexOf('<', i + 1);
      continue;
    }
    const attributes: HtmlAttribute[] = [];
    const end = readAttributes(lower, nameEnd, attributes);
    const name = lower.slice(start, nameEnd);
    tags.push({ name: name.slice(name.indexOf(':') + 1), at: i, attributes });
    i = lower.indexOf('<', end);
  }
  return tags;
}

function isNamePart(code: number): boolean {
  return (
    (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 45 || code === 58 || code === 95
  );
}

function wordEnd(text: string, at: number): number {
  let end = at;
  while (isNamePart(text.charCodeAt(end))) end++;
  return end;
}

/** Reads attributes until `>` or `<`; returns where it stopped. */
function readAttributes(text: string, from: number, into: HtmlAttribute[]): number {
  let i = from;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code === 0x3e || code === 0x3c) return i;
    const nameEnd = wordEnd(text, i);
    if (nameEnd === i) {
      i++;
      continue;
    }
    const equals = skipBlanks(text, nameEnd);
    if (text.charCodeAt(equals) !== 0x3d) {
      i = nameEnd;
      continue;
    }
    const start = skipBlanks(text, equals + 1);
    const end = valueEnd(text, start);
    if (into.length < MAX_ATTRIBUTES)
      into.push({ name: text.slice(i, nameEnd), value: bareValue(text.slice(start, end)) });
    i = Math.max(end, start);
  }
  return i;
}

function skipBlanks(text: string, at: number): number {
  let i = at;
  while (text.charCodeAt(i) <= 32) i++;
  return i;
}

function valueEnd(text: string, start: number): number {
  const quote = text.charCodeAt(start);
  if (quote === 0x22 || quote === 0x27 || quote === 0x60) {
    const close = text.indexOf(text[start] as string, start + 1);
    return close < 0 ? text.length : close + 1;
  }
  let end = start;
  while (end < text.length && text.charCodeAt(end) > 32 && text.charCodeAt(end) !== 0x3e) end++;
  return end;
}

function bareValue(value: string): string {
  let out = '';
  for (let i = 0; i < value.length && out.length < 1_024; i++) {
    const code = value.charCodeAt(i);
    const quote = code === 0x22 || code === 0x27 || code === 0x60;
    if (code > 32 && !(quote && (i === 0 || i === value.length - 1))) out += value[i];
  }
  return out;
}
