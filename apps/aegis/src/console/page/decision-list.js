import { element, fill } from './element.js';
import { keyedList } from './keyed-list.js';
import { addressLink, sessionLink } from './links.js';
import { ago, left } from './times.js';

/**
 * @typedef {import('../../http/documents/decision-document.ts').DecisionDocument} Decision
 */

/** Rows at first, and how many more each time. */
const STEP = 20;

/**
 * Decisions as a table with a button to lift each.
 *
 * @param {Element} host
 * @param {(decision: Decision) => void} lift
 * @returns {(decisions: readonly Decision[]) => void}
 */
export function decisionList(host, lift) {
  let limit = STEP;
  /** @type {readonly Decision[]} */
  let all = [];
  const body = element('tbody');
  const rows = keyedList(body, {
    key: (/** @type {Decision} */ { id }) => id,
    create: (decision) => rowOf(decision, lift),
    update(row, { expires }) {
      fill(/** @type {Element} */ (row.querySelector('.ends')), left(expires));
    },
  });
  const names = ['Action', 'Who', 'Why', 'Ends', ''];
  const head = element('tr', {}, ...names.map((name) => element('th', { scope: 'col' }, name)));
  const table = element('table', { class: 'rows decisions' }, element('thead', {}, head), body);
  const more = element(
    'button',
    {
      type: 'button',
      class: 'more',
      click() {
        limit += STEP * 2;
        rows(all.slice(0, limit), false);
        more.hidden = all.length <= limit;
      },
    },
    'Show more',
  );
  host.append(table, more, nothing());

  /** @param {readonly Decision[]} decisions */
  function show(decisions) {
    all = decisions;
    rows(decisions.slice(0, limit));
    host.classList.toggle('empty', decisions.length === 0);
    more.hidden = decisions.length <= limit;
  }
  return show;
}

/**
 * @param {Decision} decision
 * @param {(decision: Decision) => void} lift
 */
function rowOf(decision, lift) {
  const { action, scope, value, reason, source, created, session } = decision;
  return element(
    'tr',
    {},
    element('td', {}, element('span', { class: 'badge', 'data-action': action }, action)),
    element(
      'td',
      { class: 'who' },
      scope === 'ip' ? addressLink(value) : element('span', { class: 'mono' }, value),
      element('small', {}, scope === 'ip' ? undefined : scope),
    ),
    element(
      'td',
      { class: 'why' },
      element('span', { class: 'line', title: reason }, reason),
      element(
        'small',
        {},
        `${source}, `,
        ago(created),
        ...(session === undefined ? [] : [', ', sessionLink(session, 'its session')]),
      ),
    ),
    element('td', { class: 'ends' }),
    element(
      'td',
      { class: 'act' },
      element(
        'button',
        { type: 'button', 'aria-label': `Lift the ${action} of ${value}`, click: () => lift(decision) },
        'Lift',
      ),
    ),
  );
}

function nothing() {
  return element(
    'div',
    { class: 'nothing' },
    element('p', {}, 'Nothing here yet: nobody is refused.'),
    element(
      'p',
      {},
      'Decisions are made when attacks are analysed. To make one by hand: ',
      element('code', {}, 'aegis decisions add 192.0.2.7 --reason "brute force"'),
    ),
  );
}
