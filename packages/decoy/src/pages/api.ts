import { CUSTOMERS } from '../content/customers.ts';
import { PRODUCTS } from '../content/products.ts';
import type { DecoyResponse } from '../decoy-message.ts';
import { json } from '../response.ts';
import type { Page, Visit } from '../visit.ts';
import { looksUnbalanced } from './database-error.ts';
import { productByText } from './shop.ts';

const PREFIX = '/api/v1/';

function products({ query }: Visit, id: string | undefined): DecoyResponse {
  if (id === undefined) {
    const category = query.get('category');
    const items = PRODUCTS.filter((product) => category === undefined || product.category === category);
    return json(200, { items, total: items.length });
  }
  if (looksUnbalanced(id))
    return json(500, { error: 'SQLSTATE[42000]: Syntax error or access violation: 1064' });
  const found = productByText(id);
  return found === undefined ? json(404, { error: 'not_found' }) : json(200, found);
}

/** Gives away names without asking who wants to know: an invitation to count through the ids. */
function users(id: string | undefined): DecoyResponse {
  if (id === undefined) return json(401, { error: 'authentication_required' });
  const found = CUSTOMERS.find((customer) => String(customer.id) === id);
  return found === undefined ? json(404, { error: 'not_found' }) : json(200, found);
}

export const api: Page = (visit) => {
  const [collection, id] = visit.path.slice(PREFIX.length).split('/', 2);
  if (visit.request.method === 'POST') return json(401, { error: 'authentication_required' });
  if (collection === 'products') return products(visit, id);
  if (collection === 'users') return users(id);
  if (collection === 'status') return json(200, { status: 'ok', version: '1.14.2' });
  return json(404, { error: 'not_found' });
};
