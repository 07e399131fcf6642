import { realProgramTest } from '@aegis/testing';
import { afterAll, beforeAll, expect } from 'vitest';
import type { RunningAegis } from '../harness/aegis-process.ts';
import { jsonDocument } from '../harness/json-document.ts';
import { expectAccessible, picture, signIn, visit } from './console-browser.ts';
import { ATTACKER, consoleScene } from './console-scene.ts';

let node: RunningAegis;
beforeAll(async () => {
  node = await consoleScene();
});
afterAll(() => node.stop());

realProgramTest('chromium', 'signs in to the console and out again', async () => {
  const { page, complaints } = await visit(`${node.api}/console`);
  await expectAccessible(page);
  await picture(page, 'sign-in');

  await page.locator('#key').fill('aegis_0123456789abcdef_wrong');
  await page.locator('button.primary').click();
  await page.locator('#sign-in-problem:has-text("not known")').waitFor();
  expect(await page.locator('nav').count()).toBe(0);

  // The wrong key is selected, so that the right one takes its place.
  await page.keyboard.insertText(node.key);
  await page.keyboard.press('Enter');
  await page.locator('#live[data-state=live]').waitFor();
  // The cookie is out of reach of scripts, and the key is kept nowhere.
  const kept = 'Object.values(sessionStorage).concat(Object.values(localStorage)).join() + document.cookie';
  expect(await page.evaluate(kept)).toBe('');
  await page.reload();
  await page.locator('#live[data-state=live]').waitFor();

  await page.locator('#sign-out').click();
  await page.locator('#key').waitFor();
  expect(await page.evaluate(`Object.values(sessionStorage).join('')`)).toBe('');
  expect(await page.locator('body').innerText()).not.toContain(ATTACKER);
  expect(complaints).toEqual([]);
});

realProgramTest(
  'chromium',
  'shows itself within a second, and speaks Chinese to whoever asks for it',
  async () => {
    const { page, complaints } = await visit(`${node.api}/console`, { language: 'zh-CN', colours: 'dark' });
    await page.locator('button.primary:has-text("登录")').waitFor();
    await signIn(page, node.key);
    expect(await page.locator('main h1').innerText()).toBe('总览');
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await picture(page, 'overview-chinese-dark');
    await page.locator('header select').first().selectOption('en');
    expect(await page.locator('main h1').innerText()).toBe('Overview');
    expect(complaints).toEqual([]);
  },
);

realProgramTest('chromium', 'an auditor sees the pages of an auditor, a sensor none', async () => {
  const keyOf = async (role: string): Promise<string> => {
    const created = await node.run(['keys', 'create', `the-${role}`, '--role', role, '--json']);
    return jsonDocument<{ readonly key: string }>(created.stdout).key;
  };
  const { page, complaints } = await visit(`${node.api}/console`);
  await page.locator('#key').fill(await keyOf('sensor'));
  await page.locator('button.primary').click();
  await page.locator('#sign-in-problem:has-text("may not look around")').waitFor();
  await page.locator('#key').fill(await keyOf('auditor'));
  await page.locator('button.primary').click();
  await page.locator('main h1').waitFor();
  expect(await page.locator('nav li').allInnerTexts()).toEqual(['Audit', 'Settings']);
  expect(await page.locator('main h1').innerText()).toBe('Audit');
  expect(complaints).toEqual([]);
});
