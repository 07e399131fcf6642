import type { Random } from '@aegis/model';

/** The same items in any order, each order as likely (Fisher and Yates 1938, Durstenfeld 1964). */
export function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random.next() * (last + 1));
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
