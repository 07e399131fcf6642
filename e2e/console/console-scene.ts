import { type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { analysed } from '../harness/analysed.ts';
import { pushSessions } from '../harness/push-sessions.ts';
import { attackOf, sessionOf } from '../harness/session-of.ts';

export const ATTACKER = '192.0.2.66';
export const VISITOR = '203.0.113.5';
export const SCRIPTER = '203.0.113.99';
/** Would take the page over where it is read as markup. */
export const MARKUP = '<img src=x onerror="document.title=1"><script>document.title=1</script>';

/** A node that has seen a visitor, an attack, and markup. */
export async function consoleScene(): Promise<RunningAegis> {
  const node = await startAegis();
  await pushSessions(node, [
    sessionOf({ id: 'visit', peer: VISITOR, path: '/shop' }),
    attackOf('attack', ATTACKER),
    sessionOf({ id: 'markup', peer: SCRIPTER, path: `/search?q=${MARKUP}`, agent: `${MARKUP}\u202egpj.exe` }),
  ]);
  await analysed(node);
  return node;
}
