import { MEMORY_SET_LIMIT } from '@aegis/ports';

type Member = string | number;

/** In order, the smallest that are kept: what was just added may not have been cut off yet. */
export function kept<T extends Member>(
  members: readonly T[] = [],
  limit: number = MEMORY_SET_LIMIT,
): readonly T[] {
  return inOrder(members).slice(0, limit);
}

/**
 * What is not kept of each of these sets. Taking it out is right at any time: whatever joins later, these stay
 * beyond the bound.
 */
export function leaving(
  sets: Readonly<Record<string, readonly Member[] | undefined>>,
): Readonly<Record<string, readonly Member[]>> {
  const beyond = Object.entries(sets).map(
    ([field, members = []]) => [field, inOrder(members).slice(MEMORY_SET_LIMIT)] as const,
  );
  return Object.fromEntries(beyond.filter(([, members]) => members.length > 0));
}

function inOrder<T extends Member>(members: readonly T[]): readonly T[] {
  return members.toSorted((a, b) => (a < b ? -1 : Number(a > b)));
}
