/** Named values of a query string or form. The first of equal names counts. */
export type Fields = ReadonlyMap<string, string>;

const MAX_FIELDS = 64;
const MAX_NAME = 128;
const MAX_VALUE = 2048;

/** Percent-decoding that leaves alone what is not valid, as servers do. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Parses `application/x-www-form-urlencoded` text; what exceeds the bounds is dropped. */
export function parseFields(text: string): Fields {
  const fields = new Map<string, string>();
  for (const pair of text.split('&', MAX_FIELDS)) {
    const equals = pair.indexOf('=');
    const name = decodePercent((equals < 0 ? pair : pair.slice(0, equals)).slice(0, MAX_NAME));
    if (name === '' || fields.has(name)) continue;
    const raw = equals < 0 ? '' : pair.slice(equals + 1, equals + 1 + MAX_VALUE);
    fields.set(name, decodePercent(raw.replaceAll('+', ' ')));
  }
  return fields;
}
