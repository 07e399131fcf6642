import { createDecisionBook } from './decision-book.js';
import { byId } from './element.js';
import { followDecisions } from './follow-decisions.js';

/**
 * @typedef {import('../../http/documents/decision-document.ts').DecisionDocument} Decision
 */

/** Changes within this time are shown together. */
const GATHER_MS = 250;

/**
 * Keeps up with the decisions in force while the page can be seen, and tells the reader whether it does.
 *
 * @param {import('./api.js').Api} api
 * @param {(changed: readonly Decision[]) => void} onChange none: the whole list was read
 * @returns {import('./decision-book.js').DecisionBook}
 */
export function liveDecisions(api, onChange) {
  const book = createDecisionBook(api);
  const light = byId('live', HTMLElement);
  let watching = new AbortController();
  /** @type {Decision[]} */
  let changed = [];

  /**
   * @param {string} state
   * @param {string} words
   */
  function tell(state, words) {
    light.dataset.state = state;
    if (light.textContent !== words) light.textContent = words;
  }

  function gather() {
    const gathered = changed;
    changed = [];
    onChange(gathered);
  }

  function watch() {
    watching.abort();
    if (document.hidden) return;
    watching = new AbortController();
    tell('waiting', 'connecting');
    void followDecisions(api, {
      signal: watching.signal,
      async onReady() {
        await book.load();
        tell('live', 'live');
        onChange([]);
      },
      onChange(kind, decision) {
        book.change(kind, decision);
        if (changed.push(decision) === 1) setTimeout(gather, GATHER_MS);
      },
      onLost: () => tell('lost', 'connection lost, trying again'),
    });
  }

  // A stream holds one of the few connections that a browser has to a host: not for a page that nobody sees.
  document.addEventListener('visibilitychange', watch);
  watch();
  return book;
}
