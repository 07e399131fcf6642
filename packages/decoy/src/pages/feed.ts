import { ARTICLES, type Article } from '../content/articles.ts';
import { COMPANY } from '../content/company.ts';
import { html } from '../html.ts';
import { file } from '../response.ts';
import type { Page } from '../visit.ts';

const DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n';

function url(article: Article): string {
  return `${COMPANY.origin}/journal/${article.slug}`;
}

const RSS = html`<rss version="2.0"><channel>
<title>${COMPANY.name} journal</title>
<link>${COMPANY.origin}/journal</link>
<description>${COMPANY.claim}</description>
${ARTICLES.map(
  (
    article,
  ) => html`<item><title>${article.title}</title><link>${url(article)}</link><guid>${url(article)}</guid>
<pubDate>${new Date(`${article.day}T08:00:00Z`).toUTCString()}</pubDate><description>${article.summary}</description></item>
`,
)}</channel></rss>`;

const ATOM = html`<feed xmlns="http://www.w3.org/2005/Atom">
<title>${COMPANY.name} journal</title>
<id>${COMPANY.origin}/</id>
<link href="${COMPANY.origin}/journal"/>
<updated>${ARTICLES[0]?.day ?? ''}T08:00:00Z</updated>
${ARTICLES.map(
  (
    article,
  ) => html`<entry><title>${article.title}</title><id>${url(article)}</id><link href="${url(article)}"/>
<updated>${article.day}T08:00:00Z</updated><author><name>${article.author}</name></author><summary>${article.summary}</summary></entry>
`,
)}</feed>`;

export const rss: Page = ({ request }) =>
  file(request, 'application/rss+xml; charset=utf-8', DECLARATION + RSS.markup);

export const atom: Page = ({ request }) =>
  file(request, 'application/atom+xml; charset=utf-8', DECLARATION + ATOM.markup);
