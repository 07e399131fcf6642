import { realProgramTest } from '@aegis/testing';
import { afterAll, beforeAll, expect } from 'vitest';
import type { RunningAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';
import { expectAccessible, goTo, picture, signIn, visit } from './console-browser.ts';
import { ATTACKER, consoleScene } from './console-scene.ts';

let node: RunningAegis;
beforeAll(async () => {
  node = await consoleScene();
});
afterAll(() => node.stop());

realProgramTest('chromium', 'policies: sees what a change would do, applies it, and rolls back', async () => {
  const { page, complaints } = await visit(`${node.api}/console`);
  await signIn(page, node.key);
  await goTo(page, 'policies');
  await page.locator('button', { hasText: 'Edit' }).click();
  const text = page.locator('#policy-text');
  const policy = JSON.parse(await text.inputValue()) as { limits: { max_duration: string } };

  await text.fill('{"strategies": [{"name": "x"');
  await page.locator('.problem', { hasText: 'This is no JSON' }).waitFor();
  policy.limits.max_duration = '30d';
  await text.fill(JSON.stringify(policy, undefined, 2));
  await page.locator('li', { hasText: 'limits.max_duration: "365d" → "30d"' }).waitFor();
  await picture(page, 'policy-edited');
  await page.locator('button', { hasText: 'Apply' }).click();
  await page.locator('#ask-why').fill('a month is enough');
  await page.locator('dialog button[type=submit]').click();
  await page.locator('#policy-title', { hasText: 'version 1' }).waitFor();
  expect(
    (await node.get<{ readonly policy: { readonly limits: unknown } }>('/v1/policy')).policy.limits,
  ).toMatchObject({
    max_duration: '30d',
  });

  await page.locator('li', { hasText: 'Version 0' }).locator('button').click();
  await page.locator('#ask-why').fill('a year after all');
  await page.locator('dialog button[type=submit]').click();
  await page.locator('#policy-title', { hasText: 'version 2' }).waitFor();
  expect(
    (await node.get<{ readonly policy: { readonly limits: unknown } }>('/v1/policy')).policy.limits,
  ).toMatchObject({
    max_duration: '365d',
  });
  expect(complaints).toEqual([]);
});

realProgramTest('chromium', 'memory: an attacker, and what comes next', async () => {
  const { page, complaints } = await visit(`${node.api}/console`);
  await signIn(page, node.key);
  await goTo(page, 'memory');
  await page.locator('[role=row] a', { hasText: ATTACKER }).click();
  await page.locator('dialog', { hasText: 'SQL injection' }).waitFor();
  await expectAccessible(page);
  await picture(page, 'attacker');
  await goTo(page, 'memory?view=patterns');
  await page.locator('[role=row]', { hasText: 'ATK-' }).first().waitFor();
  expect(complaints).toEqual([]);
});

realProgramTest('chromium', 'C&C servers: a bot network and its heartbeat', async () => {
  const flows = (await node.run(['hunt', '--generate', '7', '--now'])).stdout;
  const pushed = await node.fetch('/v1/flows', {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: flows,
  });
  expect(pushed.status).toBe(202);
  await eventually('a server is found', async () => {
    const { candidates } = await node.get<{ readonly candidates: readonly unknown[] }>('/v1/hunt/candidates');
    return candidates.length > 0 || undefined;
  });
  const { page, complaints } = await visit(`${node.api}/console`);
  await signIn(page, node.key);
  await goTo(page, 'servers');
  await page.locator('section:has(#suspects-title) tbody a').first().click();
  await page.locator('dialog figure svg circle').first().waitFor();
  expect(await page.locator('dialog svg[role=img] circle').count()).toBeGreaterThan(10);
  await expectAccessible(page);
  await picture(page, 'c-and-c-server');
  expect(complaints).toEqual([]);
});

realProgramTest('chromium', 'fleet: halts only when it is asked in earnest, and resumes', async () => {
  const { page, complaints } = await visit(`${node.api}/console`);
  await signIn(page, node.key);
  await goTo(page, 'fleet');
  await page.locator('button', { hasText: 'Halt all' }).click();
  await page.locator('#ask-why').fill('a bad update');
  const submit = page.locator('dialog button[type=submit]');
  expect(await submit.isDisabled()).toBe(true);
  await page.locator('#ask-word').fill('halt');
  await picture(page, 'halt');
  await submit.click();
  await page.locator('p', { hasText: 'All agents are halted.' }).waitFor();
  expect((await node.get<{ readonly order?: { readonly state: string } }>('/v1/fleet')).order?.state).toBe(
    'halted',
  );

  await page.locator('button', { hasText: 'Resume' }).click();
  await page.locator('#ask-why').fill('mended');
  await page.locator('dialog button[type=submit]').click();
  await page.locator('p', { hasText: 'All agents may run.' }).waitFor();
  expect(complaints).toEqual([]);
});

realProgramTest('chromium', 'audit: what was done is found, and the trail is verified', async () => {
  const { page, complaints } = await visit(`${node.api}/console`);
  await signIn(page, node.key);
  await goTo(page, 'audit?action=node.start');
  await page.locator('[role=row]', { hasText: 'node.start' }).first().waitFor();
  await page.locator('#verify').click();
  await page.locator('#verified', { hasText: 'Whole:' }).waitFor();
  await expectAccessible(page);
  await picture(page, 'audit-verified');
  expect(complaints).toEqual([]);
});

realProgramTest('chromium', 'guard: sets the state of a client', async () => {
  const message = { user: 'mallory', channel: 'lobby', recipient_count: 1, size: 10, is_media: false };
  const checked = await node.fetch('/v1/guard/check-message', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message),
  });
  expect(checked.status).toBe(200);
  await node.fetch('/v1/guard/clients/mallory/state', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ state: 'throttled', reason: 'floods', duration: '1h' }),
  });
  const { page, complaints } = await visit(`${node.api}/console`);
  await signIn(page, node.key);
  await goTo(page, 'guard');
  await page.locator('#guard-clients-in').selectOption('throttled');
  await page.locator('tr', { hasText: 'mallory' }).locator('button').click();
  await page.locator('#guard-state').selectOption('write_disabled');
  await page.locator('#ask-why').fill('still floods');
  await page.locator('dialog button[type=submit]').click();
  await page.locator('tr', { hasText: 'mallory' }).waitFor({ state: 'detached' });
  await page.locator('#guard-clients-in').selectOption('write_disabled');
  await page.locator('tr', { hasText: 'may not write' }).waitFor();
  await picture(page, 'guard-client');
  expect(complaints).toEqual([]);
});

realProgramTest('chromium', 'settings: makes a key, shows it once, and revokes it', async () => {
  const { page, complaints } = await visit(`${node.api}/console`);
  await signIn(page, node.key);
  await goTo(page, 'settings');
  await page.locator('section:has(#keys-title) input').fill('wallboard');
  await page.locator('button', { hasText: 'Create' }).click();
  const key = await page.locator('section:has(#keys-title) pre').innerText();
  expect((await fetch(`${node.api}/v1/node`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(
    200,
  );
  await page.locator('tr', { hasText: 'wallboard' }).locator('button').click();
  await page.locator('tr', { hasText: 'wallboard' }).waitFor({ state: 'detached' });
  expect((await fetch(`${node.api}/v1/node`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(
    401,
  );
  expect(complaints).toEqual([]);
});
