import { faultWords } from './api.js';
import { byId } from './element.js';

/**
 * @typedef {import('../../http/documents/decision-document.ts').DecisionDocument} Decision
 */

/**
 * Asks whether and why a decision should end, and ends it.
 *
 * @param {import('./api.js').Api} api
 * @param {(decision: Decision) => void} onLifted
 * @returns {(decision: Decision) => void} opens the dialog
 */
export function liftDialog(api, onLifted) {
  const dialog = byId('lift', HTMLDialogElement);
  const form = byId('lift-form', HTMLFormElement);
  const why = byId('lift-why', HTMLInputElement);
  const problem = byId('lift-problem', HTMLElement);
  /** @type {Decision | undefined} */
  let asked;

  byId('lift-keep', HTMLButtonElement).addEventListener('click', () => dialog.close());
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const decision = asked;
    if (decision === undefined) return;
    // Once: a second press must not meet the decision already gone.
    asked = undefined;
    try {
      await api.remove(`v1/decisions/${encodeURIComponent(decision.id)}`, { reason: why.value.trim() });
      dialog.close();
      onLifted(decision);
    } catch (fault) {
      problem.textContent = faultWords(fault);
      asked = decision;
    }
  });

  return (decision) => {
    asked = decision;
    const { action, scope, value, reason } = decision;
    byId('lift-what', HTMLElement).textContent = `${action} of ${scope === 'ip' ? '' : `${scope} `}${value}`;
    byId('lift-reason', HTMLElement).textContent = reason;
    problem.textContent = '';
    why.value = '';
    dialog.showModal();
    why.focus();
  };
}
