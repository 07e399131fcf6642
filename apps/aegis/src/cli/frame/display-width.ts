// Unicode East Asian Width W and F in blocks (UAX #11), and what terminals draw as emoji: two cells each.
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const ZERO = /[\p{Mn}\p{Me}\p{Cf}]/u;
const ASCII = /^[ -~]*$/;

/** Cells a text takes on a terminal. The text holds no escapes: see `printable`. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const char of text) width += charWidth(char);
  return width;
}

/** The beginning of a text that fits in that many cells, with `…` where something was cut off. */
export function truncate(text: string, cells: number): string {
  if (text.length <= cells && ASCII.test(text)) return text;
  if (displayWidth(text) <= cells) return text;
  let kept = '';
  let width = 0;
  for (const char of text) {
    const next = width + charWidth(char);
    if (next > cells - 1) break;
    kept += char;
    width = next;
  }
  return cells < 1 ? '' : `${kept}…`;
}

function charWidth(char: string): number {
  if (ZERO.test(char)) return 0;
  return WIDE.test(char) ? 2 : 1;
}
