import { element, fill } from './element.js';
import { countText } from './quantities.js';
import { spanText } from './times.js';

/**
 * @typedef {import('../../http/documents/node-document.ts').NodeDocument} NodeDocument
 */

/**
 * How the node is.
 *
 * @param {Element} host
 * @param {Element} name
 * @returns {(node: NodeDocument) => void}
 */
export function nodePanel(host, name) {
  return ({ id, region, version, uptime_seconds, ready, parts, backlog }) => {
    name.textContent = `${id} · region ${region} · ${version}`;
    fill(
      host,
      element(
        'p',
        { class: ready ? 'health good' : 'health bad' },
        ready ? 'All parts work' : 'Something does not work',
        element('small', {}, `up for ${spanText(uptime_seconds * 1_000)}`),
      ),
      element(
        'ul',
        { class: 'parts' },
        ...Object.entries(parts).map(([part, { ok, detail }]) =>
          element(
            'li',
            { class: ok ? 'good' : 'bad' },
            part,
            element('small', { title: detail }, `${ok ? '' : 'does not work: '}${detail}`),
          ),
        ),
      ),
      element(
        'dl',
        { class: 'backlog' },
        ...figure('waiting', backlog.waiting),
        ...figure('under way', backlog.pending),
        ...figure('given up', backlog.buried),
      ),
    );
  };
}

/**
 * @param {string} words
 * @param {number} count
 */
function figure(words, count) {
  return [element('dt', {}, words), element('dd', {}, countText(count))];
}
