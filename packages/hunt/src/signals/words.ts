/** `88%`, `0.5%`. */
export function percentWords(share: number): string {
  const percent = share * 100;
  return `${percent < 9.95 ? Math.round(percent * 10) / 10 : Math.round(percent)}%`;
}

/** `301.6 s`, `5.0 min`, `2.1 h`; seconds up to ten minutes. */
export function timeWords(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 600) return `${seconds.toFixed(1)} s`;
  return seconds < 7_200 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}

/** A whole number. */
export function countWords(count: number): string {
  return Math.round(count).toLocaleString('en');
}
