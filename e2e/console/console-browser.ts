import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, expect } from 'vitest';

const PROGRAM = '/usr/bin/chromium';
/** For what the page is to show, on a machine that is busy. */
const PATIENCE_MS = 60_000;

/** Where the pictures of the pages are left. */
export const SCREENSHOTS: string = join(tmpdir(), 'aegis-console-screenshots');

let browser: Browser | undefined;
let context: BrowserContext | undefined;

afterEach(async () => {
  await context?.close();
  context = undefined;
});
afterAll(async () => {
  await browser?.close();
  if (browser !== undefined) process.stdout.write(`pictures of the pages: ${SCREENSHOTS}\n`);
  browser = undefined;
});

export interface Visit {
  readonly page: Page;
  /** What went wrong in the page: faults of scripts, and what its policy refused. */
  readonly complaints: readonly string[];
}

export interface VisitOptions {
  readonly colours?: 'light' | 'dark';
  readonly language?: 'en-GB' | 'zh-CN';
}

/** A page of a real Chromium at this address, as a reader who was never there sees it. */
export async function visit(url: string, options: VisitOptions = {}): Promise<Visit> {
  const { colours = 'light', language = 'en-GB' } = options;
  browser ??= await chromium.launch({ executablePath: PROGRAM, args: ['--no-sandbox'] });
  context = await browser.newContext({
    ...{ viewport: { width: 1_280, height: 860 }, locale: language, colorScheme: colours },
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // The browser also remarks on every status from 400 on: not a fault, where a refused address is asked about.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints };
}

/** Signs in with this key, and waits until the console is live. */
export async function signIn(page: Page, key: string): Promise<void> {
  await page.locator('#key').fill(key);
  await page.locator('button.primary').click();
  await page.locator('#live[data-state=live]').waitFor();
}

/** Goes to a page of the console and waits until its heading is there. */
export async function goTo(page: Page, name: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(`#/${name}`)}`);
  await page.locator('main h1').waitFor();
}

/** Leaves a picture of it. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] as const;

/** Holds that axe finds nothing of WCAG 2.2 A and AA against the page as it stands. */
export async function expectAccessible(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setBypassCSP', { enabled: true });
  await page.evaluate(axe.source);
  const violations = await page.evaluate<readonly string[]>(`
    axe.run(document, { runOnly: { type: 'tag', values: ${JSON.stringify(WCAG)} } }).then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join('\\n  ')))`);
  expect(violations).toEqual([]);
}
