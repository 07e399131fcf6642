import { faultWords } from './api.js';
import { byId, element, fill } from './element.js';
import { placeOf } from './links.js';

/**
 * @typedef {import('./links.js').Place} Place
 * @typedef {import('./element.js').Child} Child
 * @typedef {{ readonly title: readonly Child[], readonly content: readonly Child[] }} View
 */

/**
 * The sheet at the side that shows what the page's address asks for, so that each thing has a link and the
 * browser's way back works.
 *
 * @param {(place: Place) => Promise<View>} load
 * @returns {(isConcerned: (place: Place) => boolean) => void} shows again what is open, if it is concerned
 */
export function openDrawer(load) {
  const dialog = byId('drawer', HTMLDialogElement);
  const title = byId('drawer-title', HTMLElement);
  const content = byId('drawer-content', HTMLElement);
  /** @type {Place | undefined} */
  let place;

  /** @param {Place} wanted */
  async function show(wanted) {
    const view = await load(wanted).catch((fault) => ({
      title: [wanted.name],
      content: [element('p', { class: 'problem', role: 'alert' }, faultWords(fault))],
    }));
    if (place !== wanted) return;
    const hadFocus = content.contains(document.activeElement);
    fill(title, ...view.title);
    fill(content, ...view.content);
    if (hadFocus) title.focus();
  }

  function follow() {
    place = placeOf(location.hash);
    if (place === undefined) {
      dialog.close();
      return;
    }
    fill(title, place.name);
    fill(content, element('p', { class: 'nothing' }, 'Looking it up …'));
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    title.focus();
    void show(place);
  }

  addEventListener('hashchange', follow);
  dialog.addEventListener('close', () => {
    if (placeOf(location.hash) === undefined) return;
    // Leaves no "#" behind, and does not scroll as setting the hash would.
    history.pushState(null, '', location.pathname + location.search);
    place = undefined;
  });
  dialog.addEventListener('click', (event) => {
    // Beside the sheet: what is dimmed counts as the dialog's own.
    if (event.target === dialog && event.clientX < dialog.getBoundingClientRect().left) dialog.close();
  });
  byId('drawer-close', HTMLButtonElement).addEventListener('click', () => dialog.close());
  follow();

  return (isConcerned) => {
    if (place !== undefined && isConcerned(place)) void show(place);
  };
}
