import { ApiProblem, faultWords } from './api.js';
import { byId } from './element.js';
import { leave } from './sign-in.js';

/**
 * Tells what does not work at the moment, once each.
 *
 * @returns {(what: string, task: () => Promise<void>) => Promise<void>} does a task that may fail; never throws
 */
export function troubles() {
  const banner = byId('trouble', HTMLElement);
  /** @type {Map<string, string>} */
  const byTask = new Map();
  return async (what, task) => {
    try {
      await task();
      byTask.delete(what);
    } catch (fault) {
      if (fault instanceof ApiProblem && fault.status === 401) leave(fault.message);
      byTask.set(what, faultWords(fault));
    }
    const text = [...new Set(byTask.values())].join(' ');
    // Said again only when it is something else: the banner is read out.
    if (banner.textContent !== text) banner.textContent = text;
    banner.hidden = text === '';
  };
}
