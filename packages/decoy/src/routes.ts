import { ARTICLES } from './content/articles.ts';
import { HIDDEN_PATH } from './layout.ts';
import { about, delivery } from './pages/about.ts';
import { api } from './pages/api.ts';
import { ASSETS } from './pages/assets.ts';
import { BAIT_FILES, backupListing, forbidden, hiddenArchive } from './pages/bait.ts';
import { atom, rss } from './pages/feed.ts';
import { contact, photos } from './pages/forms.ts';
import { home } from './pages/home.ts';
import { articlePage, journal } from './pages/journal.ts';
import { apiLogin, login, staff, toLogin } from './pages/login.ts';
import { notFound } from './pages/not-found.ts';
import { robots, securityText, sitemap } from './pages/robots.ts';
import { search } from './pages/search.ts';
import { product, shop } from './pages/shop.ts';
import type { Page } from './visit.ts';

const EXACT: ReadonlyMap<string, Page> = new Map<string, Page>([
  ['/', home],
  ['/about', about],
  ['/delivery', delivery],
  ['/journal', journal],
  ...ARTICLES.map((article): [string, Page] => [`/journal/${article.slug}`, articlePage(article)]),
  ['/shop', shop],
  ['/product', product],
  ['/search', search],
  ['/contact', contact],
  ['/photos', photos],
  ['/upload', photos],
  ['/login', login],
  ['/account', toLogin],
  ['/logout', toLogin],
  ['/admin', toLogin],
  ['/admin/config', forbidden],
  ['/server-status', forbidden],
  ['/uploads', forbidden],
  ['/staff', staff],
  ['/api/login', apiLogin],
  ['/feed', rss],
  ['/feed.xml', rss],
  ['/rss.xml', rss],
  ['/atom.xml', atom],
  ['/robots.txt', robots],
  ['/sitemap.xml', sitemap],
  ['/.well-known/security.txt', securityText],
  ['/backup', backupListing],
  [HIDDEN_PATH, hiddenArchive],
  ...ASSETS,
  ...BAIT_FILES,
]);

const BELOW: readonly (readonly [prefix: string, page: Page])[] = [
  ['/api/v1/', api],
  ['/admin/', toLogin],
  ['/staff/', staff],
  ['/.git/', forbidden],
  ['/uploads/', forbidden],
];

/** The page at a path; the one that says there is none where there is none. */
export function routeOf(path: string): Page {
  return EXACT.get(path) ?? BELOW.find(([prefix]) => path.startsWith(prefix))?.[1] ?? notFound;
}

/** Pages that take a form or a JSON body. */
export const POSTABLE: ReadonlySet<Page> = new Set<Page>([login, apiLogin, contact, photos, search, api]);
