import { ARTICLES } from '../content/articles.ts';
import { PRODUCTS } from '../content/products.ts';
import { html } from '../html.ts';
import { layout } from '../layout.ts';
import { page } from '../response.ts';
import type { Page } from '../visit.ts';
import { articleLink } from './journal.ts';
import { productLink } from './shop.ts';

const SHOWN = 200;

export const search: Page = ({ query }) => {
  const wanted = (query.get('q') ?? '').slice(0, SHOWN);
  const needle = wanted.trim().toLowerCase();
  const finds = (...texts: readonly string[]): boolean =>
    needle !== '' && texts.some((text) => text.toLowerCase().includes(needle));
  const products = PRODUCTS.filter((product) => finds(product.name, product.category, product.text));
  const articles = ARTICLES.filter((article) => finds(article.title, article.summary));
  const count = products.length + articles.length;
  const content = html`<h1>Search</h1>
<p>${count === 0 ? 'Nothing found' : `${count} found`} for <em>${wanted}</em></p>
<ul>${products.map(productLink)}${articles.map(articleLink)}</ul>`;
  return page(200, layout('Search', content));
};
