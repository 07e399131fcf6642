import { byId } from './element.js';
import { hashOf } from './links.js';

/** The field that asks about an address; "/" leads to it. */
export function addressSearch() {
  const field = byId('address', HTMLInputElement);
  byId('search', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    const hash = hashOf({ kind: 'address', name: field.value.trim() });
    // The same once more is a question too: what was true then may not be now.
    if (location.hash === hash) dispatchEvent(new HashChangeEvent('hashchange'));
    else location.hash = hash;
  });
  addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}
