import { techniqueName } from './attack-techniques.js';
import { attackWords } from './attack-words.js';
import { element } from './element.js';
import { evidenceList } from './evidence-list.js';
import { addressLink } from './links.js';
import { counted, decimalText, percentText } from './quantities.js';
import { requestList } from './request-list.js';
import { clientWords } from './session-list.js';
import { exactly, spanText } from './times.js';

/**
 * @typedef {import('@aegis/model').SessionRecord} SessionRecord
 * @typedef {import('./element.js').Child} Child
 */

/**
 * All that is known of a session.
 *
 * @param {import('./api.js').Api} api
 * @param {string} id
 * @returns {Promise<import('./drawer.js').View>}
 */
export async function sessionDetails(api, id) {
  /** @type {SessionRecord} */
  const session = await api.get(`v1/sessions/${encodeURIComponent(id)}`);
  const { risk_score, threat_level, payloads, requests, request_count, recommendations } = session;
  return {
    title: ['Session from ', addressLink(session.peer_ip)],
    content: [
      element(
        'p',
        { class: 'verdict', 'data-tone': threat_level },
        element('b', {}, Math.round(risk_score)),
        element('strong', {}, threat_level.toLowerCase()),
        session.attack_types.map(attackWords).join(', ') || 'no attack seen',
      ),
      facts(session),
      ...part('Why this score', breakdown(session)),
      ...part('What to do', advice(session), recommendations.length),
      ...part(`Evidence (${payloads.length})`, evidenceList(payloads), payloads.length),
      ...part('ATT&CK', techniques(session), session.attack_patterns.mitre_attack.length),
      ...part(
        request_count > requests.length
          ? `Requests (${requests.length} kept of ${request_count})`
          : `Requests (${requests.length})`,
        requestList(requests, session.start_time),
        requests.length,
      ),
    ],
  };
}

/**
 * @param {string} title
 * @param {Element} content
 * @param {number} [size] nothing is shown for 0
 * @returns {readonly Element[]}
 */
function part(title, content, size = 1) {
  return size === 0 ? [] : [element('h3', {}, title), content];
}

/** @param {SessionRecord} session */
function facts(session) {
  const { attack_patterns, request_pattern, threat_intelligence, user_agent_info, possible_owners } = session;
  const { country, as_name } = threat_intelligence;
  const owners = Object.entries(possible_owners)
    .sort(([, a], [, b]) => b - a)
    .filter(([, share]) => share >= 0.1)
    .map(([owner, share]) => `${owner} ${percentText(share)}`);
  /** @type {readonly (readonly [string, Child])[]} */
  const pairs = [
    ['began', exactly(session.start_time)],
    ['lasted', `${spanText(session.duration_seconds * 1_000)}, ${counted(session.request_count, 'request')}`],
    ['client', `${clientWords(session)} (${user_agent_info.kind.replaceAll('_', ' ')})`],
    ['who is behind it', owners.join(', ') || 'no idea'],
    ['phases', attack_patterns.phases.map((phase) => phase.replaceAll('_', ' ')).join(', then ') || 'none'],
    ['sophistication', attack_patterns.sophistication],
    ['pace', `${decimalText(request_pattern.requests_per_second)} requests a second`],
    ['priority', `${session.priority}, ${percentText(session.confidence_score / 100)} sure`],
    ['origin', [country, as_name].filter(Boolean).join(', ') || 'not known'],
    ['sensor', [session.sensor, session.snare_uuid].filter(Boolean).join(', ')],
  ];
  const wide = [
    ['user agent', session.user_agent || 'none'],
    ['id', session.sess_uuid],
  ];
  return element(
    'dl',
    { class: 'facts' },
    ...pairs.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
    ...wide.map(([name, value]) =>
      element('div', { class: 'wide' }, element('dt', {}, name), element('dd', { class: 'mono' }, value)),
    ),
  );
}

/** @param {SessionRecord} session */
function breakdown({ risk_breakdown }) {
  return element(
    'ol',
    { class: 'breakdown' },
    ...Object.entries(risk_breakdown).map(([factor, { score, weight, why }]) => {
      const points = decimalText(Math.round(score * weight * 10) / 10);
      const bar = element('span', { class: 'bar' });
      bar.style.setProperty('--share', String(score / 100));
      return element(
        'li',
        {},
        element('strong', {}, factor),
        bar,
        element(
          'span',
          { class: 'sum' },
          `${decimalText(score)} × ${percentText(weight)} = `,
          element('b', {}, points),
        ),
        element('small', {}, why),
      );
    }),
  );
}

/** @param {SessionRecord} session */
function advice({ recommendations, recommendation_reasons }) {
  return element(
    'ul',
    { class: 'advice' },
    ...recommendations.map((name) =>
      element('li', {}, adviceWords(name), element('small', {}, recommendation_reasons[name])),
    ),
  );
}

/**
 * @param {string} name `block_ip_immediately`
 * @returns {string} `Block IP immediately`
 */
function adviceWords(name) {
  const words = name.replaceAll('_', ' ').replace(/\b(ip|waf)\b/g, (short) => short.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** @param {SessionRecord} session */
function techniques({ attack_patterns: { mitre_attack } }) {
  return element(
    'ul',
    { class: 'techniques' },
    ...mitre_attack.map((id) =>
      element('li', {}, element('span', { class: 'mono' }, id), ` ${techniqueName(id) ?? ''}`),
    ),
  );
}
