export const RANGES = [
  { name: 'day', hours: 24, step: 'hour' },
  { name: 'week', hours: 168, step: 'hour' },
  { name: 'month', hours: 720, step: 'day' },
  { name: 'all', hours: undefined, step: 'day' },
] as const;
export type Range = (typeof RANGES)[number];

/** The last 24 hours for what names none. */
export function rangeOf(name: string | undefined): Range {
  return RANGES.find((each) => each.name === name) ?? RANGES[0];
}
