import type { AttackType } from '@aegis/model';
import { attackTypeOf } from './attack-types.ts';
import { isJsonObject } from './json-object.ts';

/** What a sensor called a session's attacks: all of them, and by path where it said which. */
export interface Labels {
  readonly all: ReadonlySet<AttackType>;
  readonly byPath: ReadonlyMap<string, AttackType>;
}

/**
 * Reads `attack_types` in each form seen: a map of path to type (or to a list of types), a map of type to count,
 * a list of types, one type, several with commas between. What is none of these has no labels.
 */
export function readLabels(value: unknown): Labels {
  const all = new Set<AttackType>();
  const byPath = new Map<string, AttackType>();
  if (isJsonObject(value)) {
    for (const [key, entry] of Object.entries(value)) {
      const types = typeof entry === 'number' ? typesIn(key) : typesIn(entry);
      for (const type of types) all.add(type);
      const [first] = types;
      if (typeof entry !== 'number' && first !== undefined) byPath.set(key, first);
    }
  } else for (const type of typesIn(value)) all.add(type);
  return { all, byPath };
}

function typesIn(value: unknown): readonly AttackType[] {
  if (Array.isArray(value))
    return value.flatMap((entry) => (typeof entry === 'string' ? typesIn(entry) : []));
  if (typeof value !== 'string') return [];
  return value
    .split(',')
    .map(attackTypeOf)
    .filter((type) => type !== undefined);
}
