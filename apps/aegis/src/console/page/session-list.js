import { attackWords } from './attack-words.js';
import { element, fill } from './element.js';
import { keyedList } from './keyed-list.js';
import { addressLink, sessionLink } from './links.js';
import { counted } from './quantities.js';
import { ago, spanText } from './times.js';

/**
 * @typedef {import('@aegis/model').SessionRecord} SessionRecord
 */

/**
 * Sessions as a table; each row leads to all of its session.
 *
 * @param {Element} host
 * @param {readonly import('./element.js').Child[]} nothing told where there is none
 * @returns {(sessions: readonly SessionRecord[], isSameList?: boolean) => void}
 */
export function sessionList(host, nothing) {
  const body = element('tbody');
  const rows = keyedList(body, {
    key: (/** @type {SessionRecord} */ { sess_uuid }) => sess_uuid,
    create: rowOf,
    update(row, { start_time }) {
      fill(/** @type {Element} */ (row.querySelector('.when')), ago(start_time));
    },
  });
  const names = ['Risk', 'Who', 'What', 'When'];
  const head = element('tr', {}, ...names.map((name) => element('th', { scope: 'col' }, name)));
  const table = element('table', { class: 'rows sessions' }, element('thead', {}, head), body);
  host.append(table, element('div', { class: 'nothing' }, ...nothing));
  return (sessions, isSameList) => {
    rows(sessions, isSameList);
    host.classList.toggle('empty', sessions.length === 0);
  };
}

/** @param {SessionRecord} session */
function rowOf(session) {
  const { sess_uuid, peer_ip, risk_score, threat_level, attack_types, request_count, duration_seconds } =
    session;
  const what = attack_types.map(attackWords).join(', ') || 'no attack seen';
  return element(
    'tr',
    {},
    element(
      'td',
      { class: 'risk', 'data-tone': threat_level },
      element('b', {}, Math.round(risk_score)),
      element('small', {}, threat_level.toLowerCase()),
    ),
    element(
      'td',
      { class: 'who' },
      addressLink(peer_ip),
      element('small', { class: 'line', title: session.user_agent }, clientWords(session)),
    ),
    element(
      'td',
      { class: 'why' },
      element('span', { class: 'line', title: what }, sessionLink(sess_uuid, what)),
      element(
        'small',
        {},
        `${counted(request_count, 'request')}${duration_seconds < 1 ? '' : ` in ${spanText(duration_seconds * 1_000)}`}, ${session.sensor}`,
      ),
    ),
    element('td', { class: 'when' }),
  );
}

/**
 * @param {SessionRecord} session
 * @returns {string} `sqlmap 1.7.2`
 */
export function clientWords({ user_agent, user_agent_info: { tool_name, version } }) {
  if (tool_name !== undefined) return version === undefined ? tool_name : `${tool_name} ${version}`;
  return user_agent || 'no user agent';
}
