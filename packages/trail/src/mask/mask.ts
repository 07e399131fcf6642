/** What stands in the place of a secret. Takes what was found; must not give it away. */
export type Mask = (found: string) => string;

/** The word for everything hidden whole. */
export const HIDDEN = '***';

export const hide: Mask = () => HIDDEN;

/**
 * Keeps that many characters at the beginning and the end and shows how many are hidden. What is too short to
 * hide at least as many as it shows is hidden whole.
 */
export function keep(first: number, last: number = 0): Mask {
  return (found) => {
    const hidden = found.length - first - last;
    if (hidden < Math.max(1, Math.min(first + last, 4))) return HIDDEN;
    return found.slice(0, first) + '*'.repeat(hidden) + found.slice(found.length - last);
  };
}

/** Hides by position: the characters from `from` (0 is the first) to the one before `to`. */
export function cover(from: number, to: number): Mask {
  return (found) => {
    const end = Math.min(to, found.length);
    return end <= from ? found : found.slice(0, from) + '*'.repeat(end - from) + found.slice(end);
  };
}
