import { ApiProblem, createApi, faultWords, keyApi } from './api.js';
import { byId } from './element.js';

/** Why the reader was signed out, until they have read it. */
const FAREWELL = 'aegis.farewell';

/**
 * @typedef {Readonly<{ permissions: readonly string[], sign_in?: { csrf: string } }>} Me who is signed in
 */

/**
 * Who the browser's cookie is; no script can read it.
 *
 * @returns {Promise<Me | undefined>} undefined where nobody is signed in, or that cannot be asked
 */
export async function knownReader() {
  return createApi('')
    .get('v1/me')
    .catch(() => undefined);
}

/**
 * Forgets everything that was shown.
 *
 * @param {string} [why]
 */
export function leave(why = '') {
  sessionStorage.setItem(FAREWELL, why);
  location.reload();
}

/**
 * Asks for a key until one is good, and takes it for a cookie.
 *
 * @returns {Promise<Me>}
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
      try {
        const me = await readerWith(field.value.trim());
        field.value = '';
        page.hidden = true;
        resolve(me);
      } catch (fault) {
        trouble.textContent = faultWords(fault);
        field.select();
      }
    });
  });
}

/**
 * @param {string} key
 * @returns {Promise<Me>} throws an ApiProblem with words for the reader
 */
async function readerWith(key) {
  // A header takes nothing else, and a key has nothing else.
  if (!/^[!-~]+$/.test(key))
    throw new ApiProblem(0, 'This is no API key: it has characters that no key has.');
  const api = keyApi(key);
  const { permissions } = await api.get('v1/me');
  if (!permissions.includes('decisions:read') || !permissions.includes('sessions:read'))
    throw new ApiProblem(403, 'This key may not look at attacks and decisions: sign in with another one.');
  return api.post('v1/session');
}
