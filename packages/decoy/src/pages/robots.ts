import { ARTICLES } from '../content/articles.ts';
import { COMPANY } from '../content/company.ts';
import { CATEGORIES, PRODUCTS } from '../content/products.ts';
import { html } from '../html.ts';
import { HIDDEN_PATH } from '../layout.ts';
import { file } from '../response.ts';
import type { Page } from '../visit.ts';

const DISALLOWED = ['/admin/', '/staff/', '/backup/', '/account', '/api/', HIDDEN_PATH];

const ROBOTS = `User-agent: *
${DISALLOWED.map((path) => `Disallow: ${path}`).join('\n')}

Sitemap: ${COMPANY.origin}/sitemap.xml
`;

const PAGES = [
  '/',
  '/shop',
  '/journal',
  '/about',
  '/delivery',
  '/contact',
  '/photos',
  ...CATEGORIES.map((category) => `/shop?category=${category}`),
  ...PRODUCTS.map((product) => `/product?id=${product.id}`),
  ...ARTICLES.map((article) => `/journal/${article.slug}`),
];

const SITEMAP = html`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${PAGES.map((path) => html`<url><loc>${COMPANY.origin}${path}</loc></url>\n`)}</urlset>`;

const SECURITY = `Contact: mailto:${COMPANY.email}
Expires: 2027-12-31T23:00:00.000Z
Preferred-Languages: en
`;

const PLAIN = 'text/plain; charset=utf-8';

export const robots: Page = ({ request }) => file(request, PLAIN, ROBOTS);

export const sitemap: Page = ({ request }) =>
  file(request, 'application/xml', `<?xml version="1.0" encoding="utf-8"?>\n${SITEMAP.markup}`);

/** RFC 9116. */
export const securityText: Page = ({ request }) => file(request, PLAIN, SECURITY);
