import { attackWords } from './attack-words.js';
import { element } from './element.js';

/**
 * @typedef {import('@aegis/model').RecordedRequest} RecordedRequest
 */

/** Shown at once; the rest when asked for. */
const FIRST = 20;

/**
 * The requests that were kept of a session, with the time since its first.
 *
 * @param {readonly RecordedRequest[]} requests
 * @param {string} start
 * @returns {HTMLElement}
 */
export function requestList(requests, start) {
  const items = requests.map((request) => itemOf(request, Date.parse(start)));
  const rest = items.slice(FIRST);
  return element(
    'div',
    {},
    element('ol', { class: 'requests' }, ...items.slice(0, FIRST)),
    rest.length === 0
      ? undefined
      : element(
          'details',
          {},
          element('summary', {}, `${rest.length} more`),
          element('ol', { class: 'requests', start: FIRST + 1 }, ...rest),
        ),
  );
}

/**
 * @param {RecordedRequest} request
 * @param {number} start
 */
function itemOf({ time, method, path, status, body, attack_type }, start) {
  const seconds = Math.max(0, Date.parse(time) - start) / 1_000;
  return element(
    'li',
    { class: attack_type === undefined ? undefined : 'hostile' },
    element('time', { datetime: time, title: time }, `+${seconds.toFixed(1)} s`),
    element('code', {}, `${method} ${path}`),
    element('span', { class: 'status' }, status ?? ''),
    attack_type === undefined ? undefined : element('small', {}, attackWords(attack_type)),
    body === undefined || body === '' ? undefined : element('pre', {}, body),
  );
}
