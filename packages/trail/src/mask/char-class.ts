/** What a character may begin. Letters and digits come first: both make words. */
export const LETTER = 0;
export const DIGIT = 1;
export const PLAIN = 2;
/** `:` and `=`, between a name and its value. */
export const PAIR = 3;
export const AT = 4;
export const DASH = 5;
/** Beyond ASCII. */
export const OTHER = 6;

const classes = new Uint8Array(256).fill(PLAIN, 0, 128).fill(OTHER, 128);
for (let code = 0; code < 128; code++) if (/\w/.test(String.fromCharCode(code))) classes[code] = LETTER;
for (const digit of '0123456789') classes[digit.charCodeAt(0)] = DIGIT;
for (const pair of ':=') classes[pair.charCodeAt(0)] = PAIR;
classes['@'.charCodeAt(0)] = AT;
classes['-'.charCodeAt(0)] = DASH;

/** By byte, as {@link asciiBytes} gives them. */
export const CLASSES: Uint8Array = classes;

/** Whether a letter, digit or underscore is at that place, which is not beyond the end. */
export function isWordAt(bytes: Uint8Array, at: number): boolean {
  return (CLASSES[bytes[at] as number] as number) <= DIGIT;
}
