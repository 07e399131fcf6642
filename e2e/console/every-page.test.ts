import { realProgramTest } from '@aegis/testing';
import { afterAll, beforeAll, expect } from 'vitest';
import { type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { expectAccessible, goTo, picture, signIn, visit } from './console-browser.ts';
import { consoleScene } from './console-scene.ts';

/** Each with its heading, and what is there once the node has answered. */
const PAGES = [
  ['overview', 'Overview', '#node'],
  ['sessions', 'Sessions', '[role=row] a.why'],
  ['decisions', 'Decisions', '[role=row] button'],
  ['policies', 'Policies', 'tbody td'],
  ['memory', 'Attack memory', '[role=row] a'],
  ['servers', 'C&C servers', 'dl dd'],
  ['guard', 'Guard', 'dl dd'],
  ['fleet', 'Fleet', 'dl dd'],
  ['audit', 'Audit', '[role=row] a'],
  ['feeds', 'Feeds', '.nothing'],
  ['settings', 'Settings', 'tbody td'],
] as const;

let busy: RunningAegis;
let fresh: RunningAegis;
beforeAll(async () => {
  [busy, fresh] = await Promise.all([consoleScene(), startAegis()]);
});
afterAll(async () => {
  await Promise.all([busy.stop(), fresh.stop()]);
});

for (const colours of ['light', 'dark'] as const)
  realProgramTest('chromium', `every page is there and accessible, ${colours}`, async () => {
    const { page, complaints } = await visit(`${busy.api}/console`, { colours });
    await signIn(page, busy.key);
    for (const [name, title, answered] of PAGES) {
      await goTo(page, name);
      await page.locator('main h1', { hasText: title }).waitFor();
      await page.locator(`main ${answered}`).first().waitFor();
      await expectAccessible(page);
      await picture(page, `${name}-${colours}`);
    }
    expect(complaints).toEqual([]);
  });

realProgramTest('chromium', 'a page without anything yet tells what to do', async () => {
  const { page, complaints } = await visit(`${fresh.api}/console`);
  await signIn(page, fresh.key);
  const hints = [
    ['sessions', 'aegis ingest access.log'],
    ['decisions', 'aegis decisions add'],
    ['memory', 'aegis ingest access.log'],
    ['servers', 'aegis hunt --push conn.log'],
    ['guard', 'npm run demo -- guard'],
    ['fleet', 'aegis keys create agents --role agent'],
    ['feeds', 'spamhaus-drop'],
  ] as const;
  for (const [name, hint] of hints) {
    await goTo(page, name);
    await page.locator('.nothing', { hasText: hint }).first().waitFor();
    await picture(page, `${name}-nothing-yet`);
  }
  expect(complaints).toEqual([]);
});
