import { attackClasses, type Recognition } from '@aegis/analyze';
import type { ClassesOf } from '@aegis/scenario';

/** The classifier behind the field `classes` of scenario rules; what a program wrote down has no payloads. */
export function classesWith(recognition: Recognition): ClassesOf {
  return (event) => (event.kind === 'notice' ? [] : attackClasses(event, recognition));
}
