import { ARTICLES, type Article } from '../content/articles.ts';
import { PRODUCTS } from '../content/products.ts';
import { type Html, html } from '../html.ts';
import { layout } from '../layout.ts';
import { page } from '../response.ts';
import type { Page } from '../visit.ts';
import { productLink } from './shop.ts';

export function articleLink(article: Article): Html {
  return html`<li><a href="/journal/${article.slug}">${article.title}</a> <span>${article.day}</span></li>\n`;
}

export const journal: Page = () =>
  page(200, layout('Journal', html`<h1>Journal</h1>\n<ul>${ARTICLES.map(articleLink)}</ul>`));

export function articlePage(article: Article): Page {
  const others = ARTICLES.filter((other) => other !== article).slice(0, 3);
  const products = PRODUCTS.filter((product) => article.products.includes(product.id));
  const document = layout(
    article.title,
    html`<article>
<h1>${article.title}</h1>
<p class="byline">${article.author}, <time>${article.day}</time></p>
${article.paragraphs.map((paragraph) => html`<p>${paragraph}</p>\n`)}</article>
<h2>Mentioned here</h2>
<ul>${products.map(productLink)}</ul>
<h2>Read on</h2>
<ul>${others.map(articleLink)}</ul>`,
  );
  return () => page(200, document);
}
