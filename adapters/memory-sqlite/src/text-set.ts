import { MEMORY_SET_LIMIT } from '@aegis/ports';

/**
 * The union of a set that is kept as a JSON array in order with more texts: the smallest MEMORY_SET_LIMIT, in
 * order. The same text where nothing is new.
 */
export function joinTexts(json: string, more: Iterable<string>): string {
  const known = new Set(JSON.parse(json) as readonly string[]);
  const before = known.size;
  for (const text of more) known.add(text);
  return known.size === before ? json : JSON.stringify([...known].sort().slice(0, MEMORY_SET_LIMIT));
}
