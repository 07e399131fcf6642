import { CATEGORIES, PRODUCTS, type Product, priceText } from '../content/products.ts';
import { type Html, html } from '../html.ts';
import { layout } from '../layout.ts';
import { page } from '../response.ts';
import type { Page } from '../visit.ts';
import { databaseError, looksUnbalanced } from './database-error.ts';
import { notFound } from './not-found.ts';

export function productLink(product: Product): Html {
  return html`<li><a href="/product?id=${product.id}">${product.name}</a> <span>${priceText(product)}</span></li>\n`;
}

function categoryLink(category: string): Html {
  return html`<a href="/shop?category=${category}">${category}</a> `;
}

export const shop: Page = ({ query }) => {
  const category = query.get('category') ?? '';
  if (looksUnbalanced(category)) return databaseError(category);
  const shown = category === '' ? PRODUCTS : PRODUCTS.filter((product) => product.category === category);
  const list = shown.length > 0 ? html`<ul>${shown.map(productLink)}</ul>` : html`<p>Nothing here.</p>`;
  return page(200, layout('Shop', html`<h1>Shop</h1>\n<p>${CATEGORIES.map(categoryLink)}</p>\n${list}`));
};

/** Reads the leading digits of an id and ignores the rest, as careless shops do. */
export function productByText(id: string): Product | undefined {
  const number = Number.parseInt(id, 10);
  return PRODUCTS.find((product) => product.id === number);
}

export const product: Page = (visit) => {
  const id = visit.query.get('id') ?? '';
  if (looksUnbalanced(id)) return databaseError(id);
  const found = productByText(id);
  if (found === undefined) return notFound(visit);
  const alike = PRODUCTS.filter((other) => other.category === found.category && other !== found);
  const content = html`<h1>${found.name}</h1>
<img src="/assets/img/${found.category}.svg" alt="" width="240" height="160">
<p>${found.text}</p>
<p><strong>${priceText(found)}</strong>, ${found.stock} in stock</p>
<h2>Also in <a href="/shop?category=${found.category}">${found.category}</a></h2>
<ul>${alike.map(productLink)}</ul>`;
  return page(200, layout(found.name, content));
};
