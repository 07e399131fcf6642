import { realProgramTest } from '@aegis/testing';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { analysed } from '../harness/analysed.ts';
import { jsonDocument } from '../harness/json-document.ts';
import { pushSessions } from '../harness/push-sessions.ts';
import { attackOf, sessionOf } from '../harness/session-of.ts';
import { type ChromiumPage, openChromium } from './chromium-page.ts';

const ATTACKER = '192.0.2.66';
const LATECOMER = '198.51.100.77';
const VISITOR = '203.0.113.5';
const SCRIPTER = '203.0.113.99';
/** Would take the page over where it is read as markup. */
const MARKUP = '<img src=x onerror="document.title=1"><script>document.title=1</script>';

let node: RunningAegis;
let page: ChromiumPage | undefined;

beforeAll(async () => {
  node = await startAegis();
  await pushSessions(node, [
    sessionOf({ id: 'visit', peer: VISITOR, path: '/shop' }),
    attackOf('attack', ATTACKER),
    sessionOf({ id: 'markup', peer: SCRIPTER, path: `/search?q=${MARKUP}`, agent: `${MARKUP}\u202egpj.exe` }),
  ]);
  await analysed(node);
});
afterEach(async () => {
  await page?.close();
  page = undefined;
});
afterAll(() => node.stop());

const TEXT = `document.body.innerText`;
const textOf = (selector: string): string => `document.querySelector(${JSON.stringify(selector)})?.innerText`;
/** The row of a table that is about this address. */
const rowOf = (list: 'decisions' | 'sessions', address: string): string =>
  `[...document.querySelectorAll('#${list} tbody tr')].find((row) => row.innerText.includes('${address}'))`;
const press = (button: string): string => `${button}.click()`;

async function signIn(key: string = node.key): Promise<ChromiumPage> {
  page = await openChromium();
  await page.open(`${node.api}/console`);
  await page.until(`document.activeElement?.id === 'key'`);
  await page.type(key);
  await page.evaluate(`document.getElementById('sign-in-form').requestSubmit()`);
  return page;
}

realProgramTest('chromium', 'signs in to the console and out again', async () => {
  const chromium = await signIn('aegis_0123456789abcdef_wrong');
  expect(await chromium.until(textOf('#sign-in-problem'))).toContain('not known');
  expect(await chromium.evaluate(`getComputedStyle(document.getElementById('console')).display`)).toBe(
    'none',
  );

  // The wrong key is selected, so that the right one takes its place.
  await chromium.type(node.key);
  await chromium.evaluate(`document.getElementById('sign-in-form').requestSubmit()`);
  await chromium.until(`${textOf('#live')} === 'live'`);
  // Neither the key nor what it was taken for is anywhere that a script can read.
  const kept = `localStorage.length + sessionStorage.length + document.cookie.length`;
  expect(await chromium.evaluate(kept)).toBe(0);

  await chromium.open(`${node.api}/console`);
  await chromium.until(`${textOf('#live')} === 'live'`);

  await chromium.evaluate(press(`document.getElementById('sign-out')`));
  await chromium.until(`document.activeElement?.id === 'key'`);
  expect(await chromium.evaluate(`Object.values(sessionStorage).join('')`)).toBe('');
  expect(await chromium.evaluate(TEXT)).not.toContain(ATTACKER);
  expect(chromium.complaints).toEqual([]);
});

realProgramTest('chromium', 'sees sessions and what attackers wrote, as text', async () => {
  const chromium = await signIn();
  expect(await chromium.until(`${rowOf('sessions', ATTACKER)}?.innerText`)).toContain('SQL injection');
  expect(await chromium.until(`${rowOf('sessions', VISITOR)}?.innerText`)).toContain('no attack seen');
  expect(await chromium.evaluate(textOf('#figure-sessions'))).toBe('3');
  expect(await chromium.until(textOf('#node'))).toContain('All parts work');
  expect(await chromium.evaluate(textOf('#attacks'))).toContain('cross-site scripting');

  await chromium.evaluate(press(`${rowOf('sessions', SCRIPTER)}.querySelector('.why a')`));
  await chromium.until(`document.querySelector('#drawer .evidence')`);
  const details = await chromium.evaluate<string>(textOf('#drawer'));
  expect(details).toContain('Why this score');
  expect(details).toContain('<img src=x onerror=');
  expect(details).toContain('\\u{202e}gpj.exe');
  expect(await chromium.evaluate(`document.querySelectorAll('img[src=x], body script').length`)).toBe(0);
  expect(await chromium.evaluate(`document.title`)).toBe('Aegis');
  expect(
    await chromium.evaluate(
      `(() => { try { document.body.innerHTML = 'x'; } catch { return 'refused'; } })()`,
    ),
  ).toBe('refused');
});

realProgramTest('chromium', 'tells a viewer that lifting is not for them', async () => {
  const created = await node.run(['keys', 'create', 'onlooker', '--role', 'viewer', '--json']);
  const chromium = await signIn(jsonDocument<{ readonly key: string }>(created.stdout).key);
  await chromium.until(`Boolean(${rowOf('decisions', ATTACKER)})`);
  await chromium.evaluate(press(`${rowOf('decisions', ATTACKER)}.querySelector('button')`));
  await chromium.type('curious');
  await chromium.evaluate(`document.getElementById('lift-form').requestSubmit()`);
  expect(await chromium.until(textOf('#lift-problem'))).toContain('does not include decisions:write');
  await chromium.evaluate(press(`document.getElementById('lift-keep')`));
  expect(await chromium.evaluate(`Boolean(${rowOf('decisions', ATTACKER)})`)).toBe(true);
});

realProgramTest('chromium', 'explains an address, sees a decision come, and lifts it', async () => {
  const chromium = await signIn();
  expect(await chromium.until(`${rowOf('decisions', ATTACKER)}?.innerText`)).toContain('SQL injection');

  await pushSessions(node, [attackOf('late attack', LATECOMER)]);
  await chromium.until(`${rowOf('decisions', LATECOMER)}?.innerText`);

  await chromium.evaluate(
    `dispatchEvent(new KeyboardEvent('keydown', { key: '/' })); document.activeElement.id`,
  );
  await chromium.type(LATECOMER);
  await chromium.evaluate(`document.getElementById('search').requestSubmit()`);
  expect(await chromium.until(textOf('#drawer .verdict'))).toContain('Blocked');
  expect(await chromium.evaluate(textOf('#drawer .candidates .won'))).toContain('the highest score');

  await chromium.evaluate(press(`document.querySelector('#drawer .candidates button')`));
  expect(await chromium.evaluate(textOf('#lift'))).toContain(LATECOMER);
  await chromium.evaluate(`document.getElementById('lift-form').requestSubmit()`);
  expect(await chromium.evaluate(`document.getElementById('lift').open`), 'not without a reason').toBe(true);
  await chromium.type('our own scanner');
  await chromium.evaluate(`document.getElementById('lift-form').requestSubmit()`);

  expect(await chromium.until(textOf('#notice'))).toContain(`Lifted: ban of ${LATECOMER}`);
  await chromium.until(`${textOf('#drawer .verdict')}.includes('No opinion')`);
  await chromium.until(`!${rowOf('decisions', LATECOMER)}`);
  expect(await chromium.evaluate(`Boolean(${rowOf('decisions', ATTACKER)})`)).toBe(true);

  expect((await node.fetch(`/v1/check?address=${LATECOMER}`)).status).toBe(200);
  const { decisions } = await node.get<{
    readonly decisions: readonly { readonly lifted?: { readonly reason: string } }[];
  }>(`/v1/decisions?value=${LATECOMER}&in_force=false`);
  expect(decisions.map(({ lifted }) => lifted?.reason)).toEqual(['our own scanner']);
  expect(chromium.complaints).toEqual([]);
});
