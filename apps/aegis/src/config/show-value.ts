const SHOWN = 60;

/** A value inside a message: bounded, on one line, without control or direction-changing characters. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') return showText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return 'nothing';
  return Array.isArray(value) ? 'a list' : 'a section';
}

/** Text in double quotes, cut at 60 characters, without the password of a URL. */
export function showText(written: string): string {
  const text = written.replace(/(:\/\/[^\s:@/]*):[^@]*@/, '$1:***@');
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return JSON.stringify(shown).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
