import { element } from './element.js';
import { sessionLink } from './links.js';
import { decimalText } from './quantities.js';
import { sessionList } from './session-list.js';
import { ago, left } from './times.js';

/**
 * @typedef {import('../../http/documents/decision-document.ts').DecisionDocument} Decision
 * @typedef {import('../../http/documents/explanation-document.ts').ExplanationDocument} Explanation
 * @typedef {import('../../http/documents/verdict-document.ts').VerdictDocument} Verdict
 */

const SESSIONS = 20;

/** @type {Readonly<Record<Verdict['outcome'], string>>} */
const OUTCOME_WORDS = Object.freeze({
  none: 'No opinion: it may pass',
  allow: 'Allowed',
  observe: 'Observed: it may pass',
  throttle: 'Throttled',
  challenge: 'Challenged with a captcha',
  shadow: 'Would be refused, but is only watched: it may pass',
  block: 'Blocked',
});

/** @type {Readonly<Record<string, string>>} */
const RESULT_WORDS = Object.freeze({
  won: 'decides',
  exempts: 'exempts',
  lost: 'outranked',
  shadow: 'only watches',
  expired: 'ended',
  off: 'off',
});

/**
 * What an address gets, and everything that had a say in it.
 *
 * @param {import('./api.js').Api} api
 * @param {string} address
 * @param {(decision: Decision) => void} lift
 * @returns {Promise<import('./drawer.js').View>}
 */
export async function addressDetails(api, address, lift) {
  const [explanation, sessions] = await Promise.all([
    /** @type {Promise<Explanation>} */ (api.get('v1/check', { address, explain: 'true' })),
    // Not every role that may check may read sessions too.
    api.get('v1/sessions', { peer_ip: address, limit: SESSIONS }).catch(() => ({ sessions: [] })),
  ]);
  const { verdict, shadow, candidates } = explanation;
  const seen = element('div');
  sessionList(seen, ['No session of this address is kept.'])(sessions.sessions);
  return {
    title: [element('span', { class: 'mono' }, address)],
    content: [
      verdictOf(verdict),
      shadow === undefined
        ? undefined
        : element('p', { class: 'otherwise' }, `Were strategies that only watch enforced: ${words(shadow)}`),
      element('h3', {}, candidates.length === 0 ? 'Why' : `Decisions that have a say (${candidates.length})`),
      candidates.length === 0
        ? nobody(address)
        : element('ol', { class: 'candidates' }, ...candidates.map((each) => candidateOf(each, lift))),
      element('h3', {}, 'Its latest sessions'),
      seen,
    ],
  };
}

/** @param {Verdict} verdict */
function verdictOf(verdict) {
  const { outcome, reason, expires, score } = verdict;
  return element(
    'p',
    { class: 'verdict', 'data-outcome': outcome },
    element('strong', {}, OUTCOME_WORDS[outcome]),
    outcome === 'none' ? undefined : reason,
    outcome === 'none'
      ? undefined
      : element(
          'small',
          {},
          score === null ? 'an exemption, which outranks every score' : `score ${decimalText(score)}`,
          ...(expires === undefined ? [] : [', ', left(expires)]),
        ),
  );
}

/** @param {Verdict} verdict */
function words({ outcome, reason }) {
  return `${OUTCOME_WORDS[outcome].toLowerCase()} (${reason})`;
}

/**
 * @param {Explanation['candidates'][number]} candidate
 * @param {(decision: Decision) => void} lift
 */
function candidateOf({ decision, strategy, mode, weight, freshness, granularity, score, result, why }, lift) {
  const { action, scope, value, reason, origin, source, created, expires, session } = decision;
  const sum = [weight, freshness, granularity].map(decimalText).join(' × ');
  // What the policy exempts, and what has ended, is nothing that could be lifted.
  const isLiftable = origin !== 'policy' && result !== 'expired';
  return element(
    'li',
    { class: result },
    element(
      'p',
      { class: 'headline' },
      element('span', { class: 'badge', 'data-action': action }, action),
      element('span', { class: 'mono' }, scope === 'ip' ? value : `${scope} ${value}`),
      element('em', {}, RESULT_WORDS[result] ?? result),
      isLiftable
        ? element(
            'button',
            { type: 'button', 'aria-label': `Lift the ${action} of ${value}`, click: () => lift(decision) },
            'Lift',
          )
        : undefined,
    ),
    element('p', {}, reason),
    element('p', { class: 'meaning' }, why),
    element(
      'dl',
      { class: 'facts' },
      fact('strategy', strategy === '' ? 'none' : `${strategy} (${mode})`),
      fact(
        'weight × freshness × granularity',
        score === null ? 'outranks every score' : `${sum} = ${decimalText(score)}`,
      ),
      fact('made', ago(created), ` by ${source || origin}`),
      fact('ends', left(expires)),
      session === undefined ? undefined : fact('because of', sessionLink(session, 'this session')),
    ),
  );
}

/**
 * @param {string} name
 * @param {...import('./element.js').Child} value
 */
function fact(name, ...value) {
  return element('div', {}, element('dt', {}, name), element('dd', {}, ...value));
}

/** @param {string} address */
function nobody(address) {
  return element(
    'div',
    { class: 'nothing' },
    element('p', {}, 'No decision is about this address, so nothing keeps it from passing.'),
    element('p', {}, 'To refuse it: ', element('code', {}, `aegis decisions add ${address} --reason "why"`)),
  );
}
