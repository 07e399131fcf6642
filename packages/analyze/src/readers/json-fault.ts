/**
 * Index of the first character at which `text` stops being JSON (RFC 8259); its length where it ends too early,
 * -1 where it is JSON. JSON.parse does not always say. Linear, without recursion.
 */
export function jsonFault(text: string): number {
  const open: ('{' | '[')[] = [];
  let expected: 'value' | 'value or ]' | 'key' | 'key or }' | ':' | 'end' = 'value';
  let i = skipBlanks(text, 0);
  for (; i < text.length; i = skipBlanks(text, i)) {
    const char = text[i] as string;
    if (expected === 'end') {
      const inside = open.at(-1);
      if (char === ',' && inside !== undefined) expected = inside === '{' ? 'key' : 'value';
      else if ((char === '}' && inside === '{') || (char === ']' && inside === '[')) open.pop();
      else return i;
      i++;
    } else if (expected === ':') {
      if (char !== ':') return i;
      expected = 'value';
      i++;
    } else if (expected === 'key' || expected === 'key or }') {
      if (char === '}' && expected === 'key or }') {
        open.pop();
        expected = 'end';
        i++;
        continue;
      }
      if (char !== '"') return i;
      const end = stringEnd(text, i);
      if (end < 0) return -end - 1;
      i = end;
      expected = ':';
    } else if (char === '{' || char === '[') {
      open.push(char);
      expected = char === '{' ? 'key or }' : 'value or ]';
      i++;
    } else if (char === ']' && expected === 'value or ]') {
      open.pop();
      expected = 'end';
      i++;
    } else {
      const end = char === '"' ? stringEnd(text, i) : scalarEnd(text, i);
      if (end < 0) return -end - 1;
      i = end;
      expected = 'end';
    }
  }
  return expected === 'end' && open.length === 0 ? -1 : text.length;
}

function skipBlanks(text: string, from: number): number {
  let i = from;
  while (i < text.length && ' \t\n\r'.includes(text[i] as string)) i++;
  return i;
}

/** Index after the closing quote; where the string is bad, minus the index of its fault minus one. */
function stringEnd(text: string, from: number): number {
  for (let i = from + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 34) return i + 1;
    if (code < 32) return -i - 1;
    if (code !== 92) continue;
    const sequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
    sequence.lastIndex = i;
    if (!sequence.test(text)) return -i - 1;
    i = sequence.lastIndex - 1;
  }
  return -text.length - 1;
}

/** As {@link stringEnd}, for numbers and the three words. */
function scalarEnd(text: string, from: number): number {
  const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
  scalar.lastIndex = from;
  return scalar.test(text) ? scalar.lastIndex : -from - 1;
}
