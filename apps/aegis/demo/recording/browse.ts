import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@aegis/model';
import { type BrowserOptions, startBrowser } from './browser.ts';
import { type Act, type Persona, SITE } from './visit.ts';

/** Addresses of the links that a person would see, on this site. */
const VISIBLE_LINKS = `[...document.querySelectorAll('a[href]')]
  .filter((link) => link.offsetParent !== null && link.origin === location.origin)
  .map((link) => link.href)`;

function clickScript(url: string): string {
  return `[...document.links].find((link) => link.href === ${JSON.stringify(url)}).click()`;
}

function fillScript(action: string, values: Readonly<Record<string, string>>): string {
  return `(() => {
    const form = document.querySelector('form[action=${JSON.stringify(action)}]');
    for (const [name, value] of Object.entries(${JSON.stringify(values)})) form.elements[name].value = value;
    form.requestSubmit();
  })()`;
}

const SETTLE_MS = 700;

/** A person looks around, with the real Chromium. */
export async function browse(
  persona: Persona,
  random: Random,
  place: Pick<BrowserOptions, 'inside' | 'profile'>,
): Promise<void> {
  const browser = await startBrowser({ ...persona, ...place });
  async function perform(act: Act): Promise<void> {
    if ('readMs' in act) await sleep(act.readMs);
    else if ('open' in act) await browser.open(`${SITE}${act.open}`, act.from);
    else {
      if ('form' in act) await browser.evaluate(fillScript(act.form, act.fill));
      else {
        const links = (await browser.evaluate(VISIBLE_LINKS)) as readonly string[];
        const link = links[Math.floor(random.next() * links.length)];
        if (link !== undefined) await browser.evaluate(clickScript(link));
      }
      await sleep(SETTLE_MS);
    }
  }
  try {
    for (const act of persona.acts) await perform(act);
  } finally {
    await browser.close();
  }
}
