import { realProgramTest } from '@aegis/testing';
import { afterAll, beforeAll, expect } from 'vitest';
import type { RunningAegis } from '../harness/aegis-process.ts';
import { expectAccessible, goTo, picture, signIn, visit } from './console-browser.ts';
import { ATTACKER, consoleScene, SCRIPTER, VISITOR } from './console-scene.ts';

let node: RunningAegis;
beforeAll(async () => {
  node = await consoleScene();
});
afterAll(() => node.stop());

realProgramTest('chromium', 'sees sessions and what attackers wrote, as text', async () => {
  const { page, complaints } = await visit(`${node.api}/console`);
  await signIn(page, node.key);
  await page.locator('#figure-sessions', { hasText: '3' }).waitFor();
  await page.locator('#node', { hasText: 'all parts work' }).waitFor();

  await goTo(page, 'sessions');
  const row = (address: string) => page.locator('[role=row]', { hasText: address });
  expect(await row(ATTACKER).innerText()).toContain('SQL injection');
  expect(await row(VISITOR).innerText()).toContain('no attack seen');

  await row(SCRIPTER).locator('a.why').click();
  await page.locator('dialog .evidence').waitFor();
  const details = await page.locator('dialog').innerText();
  expect(details).toContain('Why this score');
  expect(details).toContain('<img src=x onerror=');
  expect(details).toContain('\\u{202e}gpj.exe');
  expect(await page.locator('dialog mark').first().innerText()).toContain('<img src=x');
  expect(await page.locator('img[src=x], body script').count()).toBe(0);
  expect(await page.title()).toBe('Sessions · Aegis');
  await expectAccessible(page);
  await picture(page, 'session');
  expect(complaints).toEqual([]);
});

realProgramTest('chromium', 'text is never taken for markup: the policy of the page refuses it', async () => {
  const { page, complaints } = await visit(`${node.api}/console`);
  const written = await page.evaluate(
    `(() => { try { document.body.innerHTML = 'x'; return 'taken'; } catch { return 'refused'; } })()`,
  );
  expect(written).toBe('refused');
  expect(complaints.join()).toContain('TrustedHTML');
});

realProgramTest('chromium', 'narrows sessions by level and attack, and goes back to all', async () => {
  const { page } = await visit(`${node.api}/console`);
  await signIn(page, node.key);
  await goTo(page, 'sessions');
  await page.locator('[role=row]', { hasText: VISITOR }).waitFor();
  await page.locator('#filter-level').selectOption('INFO');
  await page.locator('[role=row]', { hasText: ATTACKER }).waitFor({ state: 'detached' });
  expect(await page.locator('[role=row]', { hasText: VISITOR }).count()).toBe(1);
  await page.locator('#filter-level').selectOption('LOW');
  await page.locator('.nothing button').click();
  await page.locator('[role=row]', { hasText: ATTACKER }).waitFor();
});
