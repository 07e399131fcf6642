import { displayWidth } from './frame/display-width.ts';

/**
 * A text on lines of at most `width` cells, broken at blanks. The first line begins with `first`, the others with
 * `rest`; blanks by default. A word that is longer than a line is broken where the line ends. The text holds no
 * escapes: see `printable`.
 */
export function fold(
  text: string,
  width: number,
  first: string = '',
  rest: string = ' '.repeat(displayWidth(first)),
): readonly string[] {
  const lines: string[] = [];
  let line = '';
  const room = (): number => Math.max(1, width - displayWidth(lines.length === 0 ? first : rest));
  const push = (): void => {
    lines.push(`${lines.length === 0 ? first : rest}${line}`);
    line = '';
  };
  for (const word of text.split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > room()) push();
    line = line === '' ? word : `${line} ${word}`;
    while (displayWidth(line) > room()) {
      const [head, tail] = split(line, room());
      line = head;
      push();
      line = tail;
    }
  }
  if (line !== '' || lines.length === 0) push();
  return lines;
}

/** As much as fits, at least one character, and the rest. */
function split(text: string, cells: number): readonly [string, string] {
  let head = '';
  for (const char of text) {
    if (head !== '' && displayWidth(head) + displayWidth(char) > cells) break;
    head += char;
  }
  return [head, text.slice(head.length)];
}
