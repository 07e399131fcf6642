/** JSON that others wrote, looked at member by member. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The object that a text is, as JSON. */
export function objectOf(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectsOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** ISO 8601, or seconds since the epoch as number or text, to milliseconds. */
export function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number' || (typeof value === 'string' && /^\d{9,11}$/.test(value))) {
    const seconds = Number(value);
    return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
  }
  if (typeof value !== 'string' || value.length > 40) return undefined;
  // abuse.ch writes "2026-01-31 10:20:30", sometimes with " UTC": UTC without saying so.
  const plain = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?: ?UTC)?$/.exec(value);
  const at = Date.parse(plain === null ? value : `${plain[1]}T${plain[2]}Z`);
  return Number.isNaN(at) || at <= 0 ? undefined : at;
}

/** 0-100, from a number or its text. */
export function confidenceOf(value: unknown): number | undefined {
  const given = typeof value === 'string' ? value.trim().replace(/%$/, '') : value;
  if (typeof given !== 'number' && (typeof given !== 'string' || !/^\d{1,3}(\.\d{1,6})?$/.test(given)))
    return undefined;
  const confidence = Number(given);
  return confidence >= 0 && confidence <= 100 ? Math.round(confidence) : undefined;
}
