import type { AttackType, Observation } from '@aegis/model';
import type { Recognition } from '../classify/recognition.ts';
import { extractPayloads } from './extract-payloads.ts';

/** Less sure findings are no reason to count somebody as an attacker: a path of WordPress may be a visit. */
const LEAST_CONFIDENCE = 70;
/** Characters of one observation that are looked at. */
const MAX_CHARACTERS = 65_536;

/** What the payloads in one observation are, as far as that is fairly sure; each class once. */
export function attackClasses(observation: Observation, recognition: Recognition): readonly AttackType[] {
  const classes = new Set<AttackType>();
  let characters = 0;
  for (const payload of extractPayloads(observation)) {
    characters += payload.text.length;
    if (characters > MAX_CHARACTERS) break;
    for (const { confidence, attackType } of recognition.payload(payload.text, payload))
      if (confidence >= LEAST_CONFIDENCE) classes.add(attackType);
  }
  return [...classes];
}
