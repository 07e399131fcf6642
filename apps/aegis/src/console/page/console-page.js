import { addressDetails } from './address-details.js';
import { addressSearch } from './address-search.js';
import { decisionList } from './decision-list.js';
import { openDrawer } from './drawer.js';
import { byId } from './element.js';
import { liftDialog } from './lift-dialog.js';
import { liveDecisions } from './live-decisions.js';
import { nodePanel } from './node-panel.js';
import { overview } from './overview.js';
import { countText } from './quantities.js';
import { refreshLoop } from './refresh-loop.js';
import { sessionDetails } from './session-details.js';
import { sessionPanel } from './session-panel.js';
import { leave } from './sign-in.js';
import { troubles } from './troubles.js';

const EVERY_MS = 4_000;
/** Sessions are read again when the statistics changed, and after this long whatever these say. */
const SESSIONS_MS = 30_000;
const NOTICE_MS = 6_000;
const HOUR_MS = 3_600_000;

/**
 * Puts everything in its place and keeps it up to date.
 *
 * @param {import('./api.js').Api} api
 */
export function openConsole(api) {
  byId('console', HTMLElement).hidden = false;
  byId('sign-out', HTMLButtonElement).addEventListener('click', async () => {
    await api.remove('v1/session').catch(() => undefined);
    leave();
  });
  addressSearch();
  const attempt = troubles();
  const range = byId('range', HTMLSelectElement);

  const lift = liftDialog(api, ({ action, value }) => notify(`Lifted: ${action} of ${value}.`));
  const showDecisions = decisionList(byId('decisions', HTMLElement), lift);
  const showNode = nodePanel(byId('node', HTMLElement), byId('node-name', HTMLElement));
  const sessions = sessionPanel(api, () => attempt('sessions', sessions.load));
  const showStats = overview(sessions.filterBy);
  const showAgain = openDrawer(({ kind, name }) =>
    kind === 'address' ? addressDetails(api, name, lift) : sessionDetails(api, name),
  );
  const book = liveDecisions(api, (changed) => {
    showInForce();
    // A decision about a range, a country or an agent may be about any address.
    showAgain(
      ({ kind, name }) =>
        kind === 'address' && changed.some(({ scope, value }) => scope !== 'ip' || value === name),
    );
  });

  function showInForce() {
    const inForce = book.inForce();
    if (inForce === undefined) return;
    const { decisions, isWhole } = inForce;
    const count = `${countText(decisions.length)}${isWhole ? '' : '+'}`;
    byId('figure-decisions', HTMLElement).textContent = count;
    showDecisions(decisions);
  }

  let seen = '';
  let sessionsAt = 0;
  async function loadStats() {
    const from =
      range.value === '' ? undefined : new Date(Date.now() - Number(range.value) * HOUR_MS).toISOString();
    const stats = await api.get('v1/stats', { from });
    showStats(stats);
    const text = JSON.stringify(stats);
    if (text === seen && Date.now() - sessionsAt < SESSIONS_MS) return;
    seen = text;
    sessionsAt = Date.now();
    await attempt('sessions', sessions.load);
  }

  const refresh = refreshLoop(EVERY_MS, async () => {
    showInForce();
    await Promise.all([
      attempt('node', async () => showNode(await api.get('v1/node'))),
      attempt('statistics', loadStats),
    ]);
  });
  range.addEventListener('change', refresh);
}

/**
 * Says something in passing.
 *
 * @param {string} words
 */
function notify(words) {
  const notice = byId('notice', HTMLElement);
  notice.textContent = words;
  setTimeout(() => {
    if (notice.textContent === words) notice.textContent = '';
  }, NOTICE_MS);
}
