import { element } from './element.js';
import { counted, countText } from './quantities.js';

const LABELLED = [0, 6, 12, 18, 23];

/**
 * Twenty-four columns, one an hour.
 *
 * @param {HTMLElement} host
 * @returns {(byHour: readonly number[]) => void}
 */
export function hourChart(host) {
  const columns = Array.from({ length: 24 }, (_, hour) =>
    element(
      'div',
      { class: 'hour' },
      element('span', { class: 'column' }),
      element('span', { class: 'label' }, LABELLED.includes(hour) ? hourText(hour) : ''),
    ),
  );
  const peak = element('p', { class: 'peak' });
  host.append(...columns, peak);
  return (byHour) => {
    const most = Math.max(1, ...byHour);
    const now = new Date().getUTCHours();
    for (const [hour, column] of columns.entries()) {
      const count = byHour[hour] ?? 0;
      column.title = `${hourText(hour)}:00 to ${hourText(hour)}:59 UTC: ${counted(count, 'session')}`;
      column.classList.toggle('now', hour === now);
      column.style.setProperty('--share', String(count / most));
    }
    peak.textContent = byHour.some((count) => count > 0) ? `peak ${countText(most)}` : '';
    host.setAttribute('aria-label', words(byHour));
  };
}

/**
 * @param {number} hour
 * @returns {string} `03`
 */
function hourText(hour) {
  return String(hour).padStart(2, '0');
}

/**
 * @param {readonly number[]} byHour
 * @returns {string} for those who do not see the columns
 */
function words(byHour) {
  const some = byHour.flatMap((count, hour) => (count > 0 ? [`${hourText(hour)} o'clock ${count}`] : []));
  return `Sessions by hour, UTC: ${some.length > 0 ? some.join(', ') : 'none yet'}`;
}
