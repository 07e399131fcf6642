const COUNT = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `1,234,567`. */
export function formatCount(value: number): string {
  return COUNT.format(value);
}

/** `0.5`, `12`, `1,300`: two digits that matter. */
export function formatRate(perSecond: number): string {
  return perSecond < 9.95 ? (Math.round(perSecond * 10) / 10).toString() : formatCount(perSecond);
}

/** `512 B`, `1.5 KiB`, `12 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 'B';
  for (const next of ['KiB', 'MiB', 'GiB', 'TiB']) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return `${value < 9.95 && unit !== 'B' ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

const PARTS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/** `350 ms`, `2.4 s`, `1 min 5 s`, `3 d 2 h`: the two largest units. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  const whole = Math.round(ms / 1_000) * 1_000;
  const first = PARTS.findIndex(([, size]) => whole >= size);
  const [unit, size] = PARTS[first] ?? ['s', 1_000];
  const rest = PARTS[first + 1];
  const second = rest === undefined ? 0 : Math.floor((whole % size) / rest[1]);
  return `${Math.floor(whole / size)} ${unit}${second > 0 && rest !== undefined ? ` ${second} ${rest[0]}` : ''}`;
}

/** `2026-10-27 02:05:30Z`. */
export function formatTime(at: number): string {
  return new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d{3}Z$/, 'Z');
}
