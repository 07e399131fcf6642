import { ApiProblem, createApi, faultWords } from './api.js';
import { byId } from './element.js';

/** Session storage: this tab alone, gone with it. */
const KEY = 'aegis.key';
/** Why the reader was signed out, until they have read it. */
const FAREWELL = 'aegis.farewell';

/** @returns {string | undefined} */
export function storedKey() {
  return sessionStorage.getItem(KEY) ?? undefined;
}

/**
 * Forgets the key and everything that was shown with it.
 *
 * @param {string} [why]
 */
export function signOut(why = '') {
  sessionStorage.removeItem(KEY);
  sessionStorage.setItem(FAREWELL, why);
  location.reload();
}

/**
 * Asks for a key until one is good, and keeps it.
 *
 * @returns {Promise<string>}
 */
export function signIn() {
  const page = byId('sign-in', HTMLElement);
  const field = byId('key', HTMLInputElement);
  const trouble = byId('sign-in-problem', HTMLElement);
  trouble.textContent = sessionStorage.getItem(FAREWELL);
  sessionStorage.removeItem(FAREWELL);
  page.hidden = false;
  field.focus();
  return new Promise((resolve) => {
    byId('sign-in-form', HTMLFormElement).addEventListener('submit', async (event) => {
      event.preventDefault();
      const key = field.value.trim();
      trouble.textContent = await problemOf(key);
      if (trouble.textContent !== '') {
        field.select();
        return;
      }
      sessionStorage.setItem(KEY, key);
      field.value = '';
      page.hidden = true;
      resolve(key);
    });
  });
}

/**
 * @param {string} key
 * @returns {Promise<string>} why it cannot be used; empty when it can
 */
async function problemOf(key) {
  // A header takes nothing else, and a key has nothing else.
  if (!/^[!-~]+$/.test(key)) return 'This is no API key: it has characters that no key has.';
  try {
    await createApi(key).get('v1/decisions', { limit: 1 });
    return '';
  } catch (fault) {
    const isSensor = fault instanceof ApiProblem && fault.status === 403;
    return isSensor ? 'A sensor may only push sessions: sign in with another key.' : faultWords(fault);
  }
}
