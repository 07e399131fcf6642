import { element } from './element.js';

/** Units in ms, the longest first; a span is told in the longest that it fills about twice: 36 h stay hours. */
const UNITS = /** @type {const} */ ([
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
]);

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/**
 * @param {number} ms
 * @returns {string} `42 s`, `90 min`, `6 d`
 */
export function spanText(ms) {
  const [unit, name] = UNITS.find(([size]) => ms >= size * 1.95) ?? [1_000, 's'];
  return `${Math.max(0, Math.round(ms / unit))} ${name}`;
}

/**
 * A moment in words that fit its distance, with the exact one as its title.
 *
 * @param {string} iso
 * @param {(span: string, isPast: boolean) => string} words what to make of `6 d`
 * @returns {HTMLTimeElement}
 */
function moment(iso, words) {
  const away = Date.parse(iso) - Date.now();
  const at = new Date(iso);
  const title = `${DAY.format(at)} ${CLOCK.format(at)} here, ${iso}`;
  return element('time', { datetime: iso, title }, words(spanText(Math.abs(away)), away < 0));
}

/**
 * @param {string} iso
 * @returns {HTMLTimeElement} `3 min ago`
 */
export function ago(iso) {
  return moment(iso, (span, isPast) => (isPast ? `${span} ago` : `in ${span}`));
}

/**
 * @param {string} iso when something ends
 * @returns {HTMLTimeElement} `6 d left`
 */
export function left(iso) {
  return moment(iso, (span, isPast) => (isPast ? 'ended' : `${span} left`));
}

/**
 * @param {string} iso
 * @returns {HTMLTimeElement} `22 Nov 2026 03:59:50`, in the reader's time zone
 */
export function exactly(iso) {
  const at = new Date(iso);
  return element('time', { datetime: iso, title: iso }, `${DAY.format(at)} ${CLOCK.format(at)}`);
}
