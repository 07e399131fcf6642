import { realProgramTest } from '@aegis/testing';
import { afterAll, beforeAll, expect } from 'vitest';
import type { RunningAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';
import { jsonDocument } from '../harness/json-document.ts';
import { pushSessions } from '../harness/push-sessions.ts';
import { attackOf } from '../harness/session-of.ts';
import { expectAccessible, goTo, picture, signIn, visit } from './console-browser.ts';
import { ATTACKER, consoleScene } from './console-scene.ts';

const LATECOMER = '198.51.100.77';

let node: RunningAegis;
beforeAll(async () => {
  node = await consoleScene();
});
afterAll(() => node.stop());

realProgramTest('chromium', 'tells a viewer that lifting is not for them', async () => {
  const created = await node.run(['keys', 'create', 'onlooker', '--role', 'viewer', '--json']);
  const { page } = await visit(`${node.api}/console`);
  await signIn(page, jsonDocument<{ readonly key: string }>(created.stdout).key);
  await goTo(page, 'decisions');
  const row = page.locator('[role=row]', { hasText: ATTACKER });
  await row.locator('button').click();
  await page.locator('#ask-why').fill('curious');
  await page.locator('dialog button[type=submit]').click();
  await page.locator('dialog .problem', { hasText: 'does not include decisions:write' }).waitFor();
  await page.locator('dialog button[type=button]').click();
  expect(await row.count()).toBe(1);
});

realProgramTest('chromium', 'explains an address, sees a decision come, and lifts it', async () => {
  const { page, complaints } = await visit(`${node.api}/console`);
  await signIn(page, node.key);
  await goTo(page, 'decisions');
  const row = (address: string) => page.locator('[role=row]', { hasText: address });
  expect(await row(ATTACKER).innerText()).toContain('SQL injection');

  await pushSessions(node, [attackOf('late attack', LATECOMER)]);
  await row(LATECOMER).waitFor();

  await page.locator('main').press('/');
  await page.keyboard.insertText(LATECOMER);
  await page.keyboard.press('Enter');
  await page.locator('dialog .verdict', { hasText: 'Blocked' }).waitFor();
  expect(await page.locator('dialog .candidates .won').innerText()).toContain('the highest score');
  await expectAccessible(page);
  await picture(page, 'address');

  await page.locator('dialog .candidates button', { hasText: 'Lift' }).click();
  const ask = page.locator('dialog:has(#ask-why)');
  expect(await ask.innerText()).toContain(LATECOMER);
  await ask.locator('button[type=submit]').click();
  expect(await ask.count(), 'not without a reason').toBe(1);
  await page.locator('#ask-why').fill('our own scanner');
  await picture(page, 'lift');
  await ask.locator('button[type=submit]').click();

  await page.locator('#notice', { hasText: `Lifted: ban ${LATECOMER}` }).waitFor();
  await page.locator('dialog .verdict', { hasText: 'No opinion' }).waitFor();
  await page.locator('dialog header button').click();
  await row(LATECOMER).waitFor({ state: 'detached' });
  expect(await row(ATTACKER).count()).toBe(1);

  expect((await node.fetch(`/v1/check?address=${LATECOMER}`)).status).toBe(200);
  const { decisions } = await node.get<{
    readonly decisions: readonly { readonly lifted?: { readonly reason: string } }[];
  }>(`/v1/decisions?value=${LATECOMER}&in_force=false`);
  expect(decisions.map(({ lifted }) => lifted?.reason)).toEqual(['our own scanner']);
  expect(complaints).toEqual([]);
});

realProgramTest('chromium', 'adds a decision, extends it, and exports it', async () => {
  const { page, complaints } = await visit(`${node.api}/console`);
  await signIn(page, node.key);
  await goTo(page, 'decisions');
  await page.locator('button', { hasText: /^Add$/ }).click();
  await page.locator('#wish-value').fill('198.51.100.0/24');
  await page.locator('#wish-duration').selectOption('1h');
  await page.locator('#ask-why').fill('a network of scanners');
  await page.locator('dialog button[type=submit]').click();
  await page.locator('[role=row]', { hasText: '198.51.100.0/24' }).waitFor();

  const ended = async (): Promise<number> => {
    const { decisions } = await node.get<{
      readonly decisions: readonly { readonly decision: { readonly expires: string } }[];
    }>('/v1/decisions?scope=range&value=198.51.100.0/24');
    return Math.max(...decisions.map(({ decision }) => Date.parse(decision.expires)));
  };
  const before = await ended();
  await page.locator('[role=row] a', { hasText: '198.51.100.0/24' }).click();
  await page.locator('dialog .candidates button', { hasText: 'Extend' }).first().click();
  await page.locator('#wish-duration').selectOption('7d');
  await page.locator('dialog:has(#ask-why) button[type=submit]').click();
  await page.locator('#notice', { hasText: 'In force: ban 198.51.100.0/24' }).waitFor();
  expect(await ended()).toBeGreaterThan(before + 6 * 86_400_000);

  await page.locator('dialog header button').click();
  const download = page.waitForEvent('download');
  await page.locator('button', { hasText: 'Export CSV' }).click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await download).createReadStream()) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString()).toContain('198.51.100.0/24');
  expect(complaints).toEqual([]);
});

realProgramTest('chromium', 'of twenty thousand decisions only those in sight are in the page', async () => {
  const list = Array.from(
    { length: 20_000 },
    (_, index) => `100.${64 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`,
  );
  const imported = await node.fetch('/v1/decisions/import?reason=many', {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: list.join('\n'),
  });
  expect(imported.status).toBe(200);
  const { page, complaints } = await visit(`${node.api}/console`);
  await signIn(page, node.key);
  await goTo(page, 'decisions');
  await page.locator('[role=row]', { hasText: '100.64.' }).first().waitFor();
  // To the end again and again, until all have been read.
  await eventually('all are read', () =>
    page.evaluate<true | undefined>(`
      document.querySelector('[role=rowgroup]').scrollTop = 1e9;
      document.querySelector('[role=table]').getAttribute('aria-rowcount') !== '-1' || undefined`),
  );
  expect(Number(await page.locator('[role=table]').getAttribute('aria-rowcount'))).toBeGreaterThan(20_000);
  expect(await page.locator('[role=row]').count(), 'only what is in sight is there').toBeLessThan(80);
  expect(complaints).toEqual([]);
});
