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

const classes = new Uint8Array(128).fill(PLAIN);
for (let code = 0; code < 128; code++) if (/\w/.test(String.fromCharCode(code))) classes[code] = LETTER;
for (const digit of '0123456789') classes[digit.charCodeAt(0)] = DIGIT;
for (const pair of ':=') classes[pair.charCodeAt(0)] = PAIR;
classes['@'.charCodeAt(0)] = AT;
classes['-'.charCodeAt(0)] = DASH;

/** By ASCII code. */
export const CLASSES: Uint8Array = classes;

export function classOf(code: number): number {
  return code < 128 ? (CLASSES[code] as number) : OTHER;
}

/** Whether a letter, digit or underscore is at that place. */
export function isWordAt(text: string, at: number): boolean {
  return at >= 0 && at < text.length && classOf(text.charCodeAt(at)) <= DIGIT;
}

export function isDigitAt(text: string, at: number): boolean {
  return at < text.length && classOf(text.charCodeAt(at)) === DIGIT;
}
