/** A length of time in milliseconds is written as `500ms`, `75s`, `1.5h` or `7d`: in the config, rules and the API. */
const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** What a duration looks like, for the JSON Schema. */
export const DURATION_PATTERN: RegExp = /^\d{1,9}(\.\d{1,3})?(ms|s|m|h|d)$/;

/** Milliseconds; undefined where the text is not a duration. Zero is one. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION_PATTERN.exec(text);
  if (match === null) return undefined;
  const unit = match[2] as string;
  return Math.round(Number(text.slice(0, -unit.length)) * (UNIT_MS[unit] as number));
}

/** In the largest unit that gives a whole number: 5,400,000 is `90m`. The inverse of {@link parseDuration}. */
export function writeDuration(ms: number): string {
  for (const unit of ['d', 'h', 'm', 's']) {
    const size = UNIT_MS[unit] as number;
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}
