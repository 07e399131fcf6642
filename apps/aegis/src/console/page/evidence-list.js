import { attackWords } from './attack-words.js';
import { element } from './element.js';

/**
 * @typedef {import('@aegis/model').RecordedPayload} Payload
 */

/** Shown at once; the rest when asked for. */
const FIRST = 5;

/**
 * What the client sent, and what it means.
 *
 * @param {readonly Payload[]} payloads the gravest first
 * @returns {HTMLElement}
 */
export function evidenceList(payloads) {
  const items = payloads.map(itemOf);
  const rest = items.slice(FIRST);
  return element(
    'div',
    {},
    element('ol', { class: 'evidence' }, ...items.slice(0, FIRST)),
    rest.length === 0
      ? undefined
      : element(
          'details',
          {},
          element('summary', {}, `${rest.length} more`),
          element('ol', { class: 'evidence', start: FIRST + 1 }, ...rest),
        ),
  );
}

/** @param {Payload} payload */
function itemOf({ attack_type, place, part, why, text, decoded, layers = [], techniques }) {
  return element(
    'li',
    {},
    element(
      'p',
      {},
      element('strong', {}, attackWords(attack_type)),
      ` in ${part === '' ? `the ${place}` : `${place} ${part}`}`,
      element('small', { class: 'ids' }, techniques.join(', ')),
    ),
    element('p', { class: 'meaning' }, why),
    decoded === undefined ? undefined : element('pre', { class: 'decoded' }, decoded),
    decoded === undefined
      ? element('pre', {}, text)
      : element(
          'details',
          {},
          element('summary', {}, `as it was sent${layers.length > 0 ? ` (${layers.join(', then ')})` : ''}`),
          element('pre', {}, text),
        ),
  );
}
