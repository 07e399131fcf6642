/** Units in ms, the longest first; a span is told in the longest that it fills about twice: 36 h stay hours. */
const UNITS = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
] as const;
export type SpanUnit = (typeof UNITS)[number][1];

/** `[90, 'minute']` for 5,400,000 ms. */
export function spanOf(ms: number): readonly [count: number, unit: SpanUnit] {
  const [size, unit] = UNITS.find(([each]) => ms >= each * 1.95) ?? ([1_000, 'second'] as const);
  return [Math.max(0, Math.round(ms / size)), unit];
}
