import { html } from '../html.ts';
import { layout } from '../layout.ts';
import { page } from '../response.ts';
import type { Page } from '../visit.ts';

const SHOWN = 200;

export const notFound: Page = ({ path }) => {
  const shown = path.length > SHOWN ? `${path.slice(0, SHOWN)}…` : path;
  const content = html`<h1>Page not found</h1>
<p>There is no ${shown} here. It may have moved when we tidied the site.</p>
<p>Try the <a href="/shop">shop</a>, the <a href="/journal">journal</a> or the search above.</p>`;
  return page(404, layout('Page not found', content));
};
