/** What may be wrapped around any attack on its way. */
export const ENCODINGS: readonly (readonly [name: string, encode: (text: string) => string])[] = [
  ['as it is', (text) => text],
  ['URL', encodeURIComponent],
  ['URL, every character', (text) => hexBytes(text, '%')],
  ['URL, twice', (text) => encodeURIComponent(encodeURIComponent(text))],
  ['%u', (text) => text.replace(/[^\w ]/g, (char) => `%u${hexUnit(char)}`)],
  ['unicode escapes', (text) => text.replace(/[^\w ]/g, (char) => `\\u${hexUnit(char)}`)],
  ['\\x', (text) => text.replace(/[^\w ]/g, (char) => `\\x${hexUnit(char).slice(2)}`)],
  ['HTML, decimal', (text) => text.replace(/[^\w ]/g, (char) => `&#${char.charCodeAt(0)};`)],
  [
    'HTML, hexadecimal',
    (text) => text.replace(/[^\w ]/g, (char) => `&#x${char.charCodeAt(0).toString(16)};`),
  ],
  [
    'HTML, padded',
    (text) => text.replace(/[^\w ]/g, (char) => `&#${String(char.charCodeAt(0)).padStart(7, '0')};`),
  ],
  ['base64', (text) => Buffer.from(text).toString('base64')],
  ['base64url', (text) => Buffer.from(text).toString('base64url')],
  ['hexadecimal', (text) => Buffer.from(text).toString('hex')],
  [
    'full width',
    (text) => text.replace(/[!-/:-@[-`{-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)),
  ],
];

function hexBytes(text: string, prefix: string): string {
  return Buffer.from(text).reduce((out, byte) => `${out}${prefix}${byte.toString(16).padStart(2, '0')}`, '');
}

function hexUnit(char: string): string {
  return char.charCodeAt(0).toString(16).padStart(4, '0');
}
