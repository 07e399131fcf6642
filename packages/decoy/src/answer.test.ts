import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answer } from './answer.ts';
import type { DecoyRequest, DecoyResponse } from './decoy-message.ts';
import { isHiddenLink } from './layout.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const TOKEN = '0123456789abcdef';

function get(target: string, headers: DecoyRequest['headers'] = {}): DecoyResponse {
  return answer({ method: 'GET', target, headers, body: '', token: TOKEN });
}

function post(target: string, body: string, headers: DecoyRequest['headers'] = FORM): DecoyResponse {
  return answer({ method: 'POST', target, headers, body, token: TOKEN });
}

function textOf({ body }: DecoyResponse): string {
  return typeof body === 'string' ? body : Buffer.from(body).toString('latin1');
}

/** Where a page leads: links, files, forms and the addresses in feeds and site maps. */
function targetsIn(text: string): readonly string[] {
  const links = [...text.matchAll(/(?:href|src|action)="(\/[^"]*)"/g)].map((match) => match[1] as string);
  const urls = [...text.matchAll(/http:\/\/www\.larkfield\.example(\/[^<"\s]*)/g)].map(
    (match) => match[1] as string,
  );
  return [...links, ...urls].map((target) => target.replaceAll('&amp;', '&'));
}

/** Any bytes, a character each, as HTTP hands them over. */
function latin1(maxLength: number): fc.Arbitrary<string> {
  return fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes).toString('latin1'));
}

test('every link of the site leads somewhere', () => {
  const seen = new Set(['/', '/robots.txt', '/sitemap.xml', '/atom.xml', '/backup/']);
  for (const target of seen) {
    const response = get(target);
    expect([200, 302], target).toContain(response.status);
    for (const next of targetsIn(textOf(response))) seen.add(next);
  }
  expect(seen.size).toBeGreaterThan(35);
  expect([...seen].filter(isHiddenLink)).toEqual(['/trade/price-archive']);
});

test('what robots.txt asks to leave alone is there, and so is the hidden link', () => {
  const disallowed = textOf(get('/robots.txt')).matchAll(/Disallow: (.*)/g);
  const paths = [...disallowed].map((match) => match[1] as string);
  expect(paths.some(isHiddenLink)).toBe(true);
  for (const path of paths.filter((path) => path !== '/api/')) expect(get(path).status, path).not.toBe(404);
});

test('PHP and HTML spellings and doubled slashes lead to the same page', () => {
  for (const target of [
    '/about.php',
    '/about.html',
    '//about/',
    '/%61bout',
    'http://www.larkfield.example/about',
  ]) {
    expect(get(target).body, target).toBe(get('/about').body);
  }
  expect(get('/index.php').body).toBe(get('/').body);
});

test('nothing a client sends comes back as markup', () => {
  const marker = fc
    .tuple(fc.string({ maxLength: 20 }), fc.constantFrom('<x9>', '"x9=', "'x9=", '<!x9', '&x9;'))
    .map(([text, mark]) => `${text}${mark}`);
  fc.assert(
    fc.property(marker, (text) => {
      const mark = text.slice(text.search(/[<"'&][!]?x9/));
      const value = encodeURIComponent(text);
      const responses = [
        get(`/search?q=${value}`),
        get(`/product?id=${value}`),
        get(`/shop?category=${value}`),
        get(`/${value}`),
        get(`/${text}`),
        get(`/api/v1/products/${value}`),
        post('/login', `username=${value}&password=${value}`),
        post('/contact', `name=${value}&message=${value}`),
        post('/photos', text, { 'content-type': 'multipart/form-data; boundary=x' }),
        get('/', { 'user-agent': text, referer: text, cookie: text, host: text }),
      ];
      for (const response of responses) {
        if (response.headers['content-type']?.startsWith('text/html')) {
          expect(textOf(response)).not.toContain(mark);
        }
        for (const header of Object.values(response.headers)) expect(header).toMatch(/^[ -~]*$/);
      }
    }),
  );
});

test('answers are bounded and never throw, whatever is asked', () => {
  const request = fc.record({
    method: fc.constantFrom('GET', 'POST', 'HEAD', 'PUT', 'TRACE', 'PROPFIND', 'OPTIONS'),
    target: fc.oneof(
      latin1(300),
      fc
        .tuple(fc.constantFrom('/search?q=', '/product?id=', '/journal/', '/api/v1/users/'), fc.string())
        .map((parts) => parts.join('')),
    ),
    headers: fc.dictionary(
      fc.constantFrom('cookie', 'authorization', 'content-type', 'if-none-match'),
      fc.string(),
    ),
    body: latin1(300),
    token: fc.constant(TOKEN),
  });
  fc.assert(
    fc.property(request, (asked) => {
      const response = answer(asked);
      expect(response.body.length).toBeLessThan(65_536);
      expect(response).toEqual(answer(asked));
      expect(response.headers.location ?? '/login').toBe('/login');
    }),
  );
  expect(get(`/search?q=${'x'.repeat(8000)}`).body.length).toBeLessThan(8000);
  expect(get(`/${'x'.repeat(9000)}`).status).toBe(414);
});

test('nobody signs in, and what was tried is told', () => {
  const response = post('/login', 'username=admin&password=letmein');
  expect(response.login).toEqual({ username: 'admin', password: 'letmein' });
  expect(textOf(response)).toContain('User name or password is wrong');
  expect(response.headers['set-cookie']).toBe(`PHPSESSID=${TOKEN}; path=/; HttpOnly`);
  const again = post('/login', 'username=admin&password=x', { ...FORM, cookie: 'PHPSESSID=abc' });
  expect(again.headers['set-cookie']).toBeUndefined();
  expect(get('/admin/').status).toBe(302);
  expect(get('/account').headers.location).toBe('/login');
});

test('the staff area asks for Basic credentials and refuses all of them', () => {
  expect(get('/staff/').headers['www-authenticate']).toMatch(/^Basic /);
  const credentials = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  const tried = get('/staff', { authorization: credentials('ruth:pass:word') });
  expect(tried.status).toBe(401);
  expect(tried.login).toEqual({ username: 'ruth', password: 'pass:word' });
  expect(get('/staff', { authorization: credentials('ruth') }).login?.username).toBe('ruth');
  expect(get('/staff', { authorization: 'Bearer x' }).login).toBeUndefined();
});

test('the API login reads JSON and forms, and survives what is neither', () => {
  const json = { 'content-type': 'application/json' };
  expect(post('/api/login', '{"username":"a","password":"b"}', json).login).toEqual({
    username: 'a',
    password: 'b',
  });
  expect(post('/api/login', '{"username":{"$ne":1},"password":[]}', json).login).toEqual({
    username: '{"$ne":1}',
    password: '[]',
  });
  expect(post('/api/login', 'username=a&password=b').status).toBe(401);
  for (const body of ['', 'null', '[', '7', '{"__proto__":{"username":"a"}}'])
    expect([400, 401]).toContain(post('/api/login', body, json).status);
  expect(get('/api/login').status).toBe(405);
});

test('a quote that is left open earns a database error, a closed one does not', () => {
  for (const target of [
    "/product?id=1'",
    '/product?id=1%22',
    "/shop?category=herbs'--",
    '/product?id=1%5C',
  ]) {
    expect(get(target).status, target).toBe(500);
    expect(textOf(get(target))).toContain('You have an error in your SQL syntax');
  }
  expect(get("/product?id=1''").status).toBe(200);
  expect(get("/search?q=lady's+mantle").status).toBe(200);
  expect(post('/login', "username=admin'--&password=x").status).toBe(500);
  expect(get("/api/v1/products/1'").status).toBe(500);
});

test('methods are answered as a web server would', () => {
  const by = (method: string): DecoyResponse =>
    answer({ method, target: '/', headers: {}, body: '', token: TOKEN });
  expect(by('HEAD').status).toBe(200);
  expect(by('OPTIONS').headers.allow).toBe('GET, HEAD, POST, OPTIONS');
  for (const method of ['PUT', 'DELETE', 'TRACE', 'PROPFIND', 'PATCH', 'POST'])
    expect(by(method).status).toBe(405);
});

test('files are answered with 304 where the client has them', () => {
  const { headers } = get('/feed.xml');
  expect(get('/feed.xml', { 'if-none-match': headers.etag as string }).status).toBe(304);
  expect(get('/feed.xml', { 'if-modified-since': headers['last-modified'] as string }).status).toBe(304);
  expect(get('/feed.xml', { 'if-none-match': '"other"' }).status).toBe(200);
});

test('the API serves products and invites to count through the users', () => {
  expect(JSON.parse(textOf(get('/api/v1/products?category=herbs'))).total).toBe(3);
  expect(JSON.parse(textOf(get('/api/v1/products/3'))).name).toBe('Leek Long Fen');
  expect(JSON.parse(textOf(get('/api/v1/users/1'))).username).toBe('admin');
  expect(get('/api/v1/users/99').status).toBe(404);
  expect(get('/api/v1/users').status).toBe(401);
  expect(get('/api/v1/secrets').status).toBe(404);
});
