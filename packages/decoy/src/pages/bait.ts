import { BACKUP_LISTING, BAITS } from '../content/baits.ts';
import { html } from '../html.ts';
import { layout } from '../layout.ts';
import { file, page } from '../response.ts';
import type { Page } from '../visit.ts';
import { refusal } from './refusal.ts';

/** Files that look forgotten, by path. */
export const BAIT_FILES: readonly (readonly [path: string, page: Page])[] = Object.entries(BAITS).map(
  ([path, bait]) => [path, ({ request }) => file(request, bait.type, bait.text)],
);

export const backupListing: Page = () =>
  page(
    200,
    html`<html><head><title>Index of /backup/</title></head><body>
<h1>Index of /backup/</h1><hr><pre><a href="../">../</a>
${BACKUP_LISTING.map(({ name, day, size }) => html`<a href="/backup/${name}">${name}</a>  ${day}  ${size}\n`)}</pre><hr></body></html>`,
  );

export const forbidden: Page = () => refusal(403, 'Forbidden');

/** Where the link leads that no person sees. */
export const hiddenArchive: Page = () =>
  page(
    200,
    layout(
      'Trade price archive',
      html`<h1>Trade price archive</h1>\n<p>Lists from before 2019 are on request.</p>`,
    ),
  );
