import { byId, element, fill } from './element.js';
import { sessionList } from './session-list.js';

/**
 * @typedef {import('@aegis/model').SessionRecord} SessionRecord
 * @typedef {{ readonly words: string, readonly query: Readonly<Record<string, string>> }} SessionFilter
 */

/** Rows at first, and how many more each time. */
const STEP = 20;
/** The API's largest page. */
const MOST = 500;
/** Asked for at most, until there are enough rows. */
const PAGES = 5;

/**
 * The latest sessions, all or those that fit a filter.
 *
 * @param {import('./api.js').Api} api
 * @param {() => void} refresh asks for a `load` soon
 */
export function sessionPanel(api, refresh) {
  /**
   * What is asked: another object for another question.
   *
   * @type {{ readonly limit: number, readonly filter?: SessionFilter }}
   */
  let question = { limit: STEP };
  /** The question that the rows which are shown answer. */
  let answered = question;
  const nothing = element('div');
  const host = byId('sessions', HTMLElement);
  const show = sessionList(host, [nothing]);
  const chip = byId('session-filter', HTMLButtonElement);
  const more = element('button', { type: 'button', class: 'more', hidden: true }, 'Show more');
  host.append(more);

  /** @param {typeof question} next */
  function ask(next) {
    question = next;
    const words = next.filter?.words ?? '';
    chip.hidden = next.filter === undefined;
    fill(chip, words, element('span', { 'aria-hidden': 'true' }, ' ✕'));
    chip.setAttribute('aria-label', `Only ${words}; show all again`);
    refresh();
  }
  more.addEventListener('click', () => ask({ ...question, limit: Math.min(question.limit * 3, MOST) }));
  chip.addEventListener('click', () => ask({ limit: STEP }));

  /** @param {SessionFilter} filter */
  function filterBy(filter) {
    ask({ limit: STEP, filter });
    byId('sessions-title', HTMLElement).focus({ preventScroll: true });
    host.closest('.card')?.scrollIntoView();
  }

  async function load() {
    const asked = question;
    const { limit, filter } = asked;
    /** @type {SessionRecord[]} */
    const found = [];
    /** @type {string | undefined} */
    let cursor;
    // A page may be short though there are more: the API searches so far and no further at a time.
    for (let pages = 0; pages < PAGES && found.length < limit; pages++) {
      const page = await api.get('v1/sessions', { ...filter?.query, limit: limit - found.length, cursor });
      if (asked !== question) return;
      found.push(...page.sessions);
      cursor = page.next;
      if (cursor === undefined) break;
    }
    fill(nothing, ...(filter === undefined ? howToBegin() : [`No session fits: ${filter.words}.`]));
    show(found, asked === answered);
    answered = asked;
    more.hidden = cursor === undefined || limit === MOST;
  }

  return { filterBy, load };
}

function howToBegin() {
  const ways = [
    ['visit the decoy as an attacker would: ', 'curl "http://127.0.0.1:8480/search?q=1%27+or+1=1--"'],
    ['read a log that you have: ', 'aegis ingest /var/log/nginx/access.log'],
    ['let a sensor push to ', 'POST /v1/sessions'],
  ];
  return [
    element('p', {}, 'Nothing here yet. To see the first session:'),
    element('ul', {}, ...ways.map(([how = '', what]) => element('li', {}, how, element('code', {}, what)))),
  ];
}
