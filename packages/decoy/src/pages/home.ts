import { ARTICLES } from '../content/articles.ts';
import { COMPANY } from '../content/company.ts';
import { PRODUCTS } from '../content/products.ts';
import { html } from '../html.ts';
import { layout } from '../layout.ts';
import { page } from '../response.ts';
import type { Page } from '../visit.ts';
import { articleLink } from './journal.ts';
import { productLink } from './shop.ts';

export const home: Page = () =>
  page(
    200,
    layout(
      'Seed from four fields',
      html`<h1>${COMPANY.name}</h1>
<p>${COMPANY.claim}</p>
<h2>Sow now</h2>
<ul>${PRODUCTS.slice(7, 11).map(productLink)}</ul>
<h2>From the journal</h2>
<ul>${ARTICLES.slice(0, 3).map(articleLink)}</ul>`,
    ),
  );
