const COUNT: Intl.NumberFormat = new Intl.NumberFormat('en');

/** `39,019` */
export function countText(count: number): string {
  return COUNT.format(count);
}

/** At most three decimals, `0.972` */
export function decimalText(value: number): string {
  return String(Math.round(value * 1_000) / 1_000);
}

/** Of a share 0-1: `95%` */
export function percentText(part: number): string {
  return `${Math.round(part * 100)}%`;
}

/** `1.4 MiB` */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'] as const;
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const value = bytes / 1_024 ** step;
  return `${value < 10 && step > 0 ? value.toFixed(1) : Math.round(value)} ${units[step]}`;
}
