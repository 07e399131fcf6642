import { techniqueName } from './attack-techniques.js';
import { attackWords } from './attack-words.js';
import { byId } from './element.js';
import { hourChart } from './hour-chart.js';
import { hashOf } from './links.js';
import { countText } from './quantities.js';
import { highest, ranking } from './ranking.js';

/**
 * @typedef {import('@aegis/ports').SessionStats} SessionStats
 * @typedef {import('./ranking.js').Ranked} Ranked
 * @typedef {import('./session-panel.js').SessionFilter} SessionFilter
 */

const LEVELS = /** @type {const} */ (['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO']);

/**
 * The statistics: every bar shows the sessions that it counts when it is chosen.
 *
 * @param {(filter: SessionFilter) => void} filterSessions
 * @returns {(stats: SessionStats) => void}
 */
export function overview(filterSessions) {
  const filterBy =
    (/** @type {string} */ name) =>
    (/** @type {Ranked} */ { key, words }) =>
      filterSessions({ words, query: { [name]: key } });
  const filterTitle = (/** @type {Ranked} */ { words }) => `Show these sessions: ${words}`;
  const card = (/** @type {string} */ id, /** @type {string} */ name, /** @type {string} */ empty) =>
    ranking(byId(id, HTMLElement), { empty, choose: filterBy(name), title: filterTitle });

  const levels = card('levels', 'level', '');
  const attacks = card('attacks', 'attack_type', 'No attack was seen yet.');
  const tools = card('tools', 'text', 'No tool was recognised yet.');
  const techniques = card('techniques', 'text', 'No technique was recognised yet.');
  const sources = ranking(byId('sources', HTMLElement), {
    empty: 'Nobody was here yet.',
    choose: ({ key }) => location.assign(hashOf({ kind: 'address', name: key })),
    title: ({ key }) => `Why ${key} is let through or refused`,
  });
  const hours = hourChart(byId('hours', HTMLElement));
  return (stats) => {
    const { sessions, requests, by_level, by_attack_type, by_tool, by_technique, by_hour } = stats;
    figure('sessions', sessions);
    figure('requests', requests);
    figure('grave', by_level.HIGH + by_level.CRITICAL);
    levels(
      LEVELS.map((level) => ({
        key: level,
        words: level.toLowerCase(),
        count: by_level[level],
        tone: level,
      })),
    );
    hours(by_hour);
    attacks(highest(by_attack_type).map(([key, count]) => ({ key, words: attackWords(key), count })));
    tools(highest(by_tool).map(([key, count]) => ({ key, words: key, count })));
    techniques(
      highest(by_technique).map(([key, count]) => {
        const name = techniqueName(key);
        return { key, words: key, count, ...(name && { small: name }) };
      }),
    );
    sources(
      stats.top_sources.slice(0, 8).map(({ peer_ip, sessions: count, max_risk }) => ({
        key: peer_ip,
        words: peer_ip,
        small: `risk ${Math.round(max_risk)}`,
        count,
        tone: levelOf(max_risk),
      })),
    );
  };
}

/**
 * @param {string} name
 * @param {number} count
 */
function figure(name, count) {
  byId(`figure-${name}`, HTMLElement).textContent = countText(count);
}

/** The least risk of each level, as the analyzer grades sessions. */
const LEAST = /** @type {const} */ ([
  [90, 'CRITICAL'],
  [70, 'HIGH'],
  [40, 'MEDIUM'],
  [20, 'LOW'],
]);

/**
 * @param {number} risk 0-100
 * @returns {string}
 */
function levelOf(risk) {
  return LEAST.find(([least]) => risk >= least)?.[1] ?? 'INFO';
}
