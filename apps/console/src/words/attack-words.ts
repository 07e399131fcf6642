import type { AttackType } from '../api/documents.ts';
import { english } from './english.ts';
import { readable } from './readable.ts';
import { speech } from './words.svelte.ts';

/** What a sensor saw where there was no attack. */
const NO_ATTACK: readonly string[] = ['wp-content', 'index', 'unknown'];

/** Every attack one can ask for, as the API spells it. */
export const ATTACK_TYPES: readonly AttackType[] = (Object.keys(english.attacks) as AttackType[]).filter(
  (type) => !NO_ATTACK.includes(type),
);

/** An attack type for people. */
export function attackWords(type: string): string {
  const names: Readonly<Record<string, string>> = speech.words.attacks;
  return Object.hasOwn(names, type) ? (names[type] ?? type) : readable(type);
}
