import { element, fill } from './element.js';
import { keyedList } from './keyed-list.js';
import { countText } from './quantities.js';

/**
 * @typedef {object} Ranked
 * @property {string} key
 * @property {string} words
 * @property {string} [small] said after the words, less loudly
 * @property {number} count
 * @property {string} [tone] a threat level, for the colour
 */

/**
 * A list with bars, the longest for the highest count.
 *
 * @param {Element} list
 * @param {{
 *   readonly empty: string,
 *   readonly choose: (item: Ranked) => void,
 *   readonly title: (item: Ranked) => string,
 * }} options `empty` tells what to do about an empty list
 * @returns {(items: readonly Ranked[]) => void}
 */
export function ranking(list, { empty, choose, title }) {
  let most = 1;
  const show = keyedList(list, {
    key: (/** @type {Ranked} */ { key }) => key,
    create: (item) =>
      element('li', {}, element('button', { type: 'button', click: () => choose(item), title: title(item) })),
    update(row, { words, small, count, tone }) {
      const button = /** @type {HTMLElement} */ (row.firstElementChild);
      const text = `${words}${small ?? ''}${count}`;
      if (button.textContent !== text)
        fill(
          button,
          element('span', { class: 'words' }, words, small && element('small', { class: 'aside' }, small)),
          element('span', { class: 'count' }, countText(count)),
        );
      button.style.setProperty('--share', String(count / most));
      if (tone !== undefined) button.dataset.tone = tone;
    },
  });
  const nothing = element('p', { class: 'nothing' }, empty);
  return (items) => {
    most = Math.max(1, ...items.map(({ count }) => count));
    show(items);
    if (items.length === 0) list.after(nothing);
    else nothing.remove();
  };
}

/**
 * @param {Readonly<Record<string, number>>} counts
 * @param {number} [limit]
 * @returns {readonly [name: string, count: number][]} the highest first
 */
export function highest(counts, limit = 8) {
  return Object.entries(counts)
    .sort(([a, m], [b, n]) => n - m || a.localeCompare(b))
    .slice(0, limit);
}
