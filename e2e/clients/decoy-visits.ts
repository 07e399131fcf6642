import { once } from 'node:events';
import { request } from 'node:http';
import type { SessionRecord } from '@aegis/model';
import { type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';

/** A node whose decoy ends a session after a second of silence, so that tests need not wait longer. */
export function startDecoyNode(): Promise<RunningAegis> {
  return startAegis({ env: { AEGIS_DECOY_SESSIONS_IDLE: '1s', AEGIS_DECOY_SESSIONS_LATENESS: '100ms' } });
}

/** From an address of its own, so that its session is told apart by it. */
const LAST_VISITOR = '127.0.255.1';

/**
 * The sessions that the decoy makes of a visit. Once the visit is over somebody else comes: sessions end in the
 * order in which their clients fell silent, so that when that one's session is stored the others are as well.
 */
export async function sessionsOfVisit(
  node: RunningAegis,
  visit: () => Promise<unknown>,
): Promise<readonly SessionRecord[]> {
  const from = new Date().toISOString();
  await visit();
  const last = new Date().toISOString();
  await comeLast(node.decoy);
  await eventually(
    'the last visitor has become a session',
    async () => {
      const seen = await sessions(node, `from=${last}&peer_ip=${LAST_VISITOR}`);
      return seen.length > 0 ? seen : undefined;
    },
    60_000,
  );
  const all = await sessions(node, `from=${from}&to=${new Date(Date.now() + 1).toISOString()}`);
  return all.filter(({ peer_ip }) => peer_ip !== LAST_VISITOR);
}

async function sessions(node: RunningAegis, query: string): Promise<readonly SessionRecord[]> {
  const page = await node.get<{ sessions: readonly SessionRecord[] }>(`/v1/sessions?limit=500&${query}`);
  return page.sessions;
}

async function comeLast(site: string): Promise<void> {
  const asked = request(`${site}/robots.txt`, { localAddress: LAST_VISITOR, agent: false }).end();
  const [answer] = await once(asked, 'response');
  answer.resume();
  await once(answer, 'end');
}
