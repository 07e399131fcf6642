import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestNode, type TestNode } from './fixture/test-node.ts';
import { routes } from './routes.ts';

let node: TestNode;

beforeAll(async () => {
  node = await startTestNode();
});

afterAll(() => node.close());

const seed = Date.now();
const note = `seed ${seed}`;

/** No input makes the server fail: every answer is one that the API has, and the node lives on. */
async function ask(path: string, init: RequestInit): Promise<void> {
  const response = await node.fetch(path, init);
  const text = await response.text();
  expect(response.status, `${init.method} ${path} ${text} (${note})`).toBeLessThan(500);
  if (response.status >= 400 && !response.headers.has('x-aegis-verdict'))
    expect(response.headers.get('content-type'), note).toContain('application/problem+json');
}

const finite = routes.filter(({ id }) => id !== 'followDecisions');
const anyRoute = fc.constantFrom(...finite);
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    '-1',
    '1e309',
    'NaN',
    '%00',
    '../..',
    "' OR 1=1--",
    '٣',
    '9'.repeat(30),
    '',
  ),
);

/** Names that the queries know, so that values get past the first check. */
const names = fc.constantFrom(
  ...(
    'limit cursor from to peer_ip level min_score text scope value action in_force address explain country as ' +
    'domain format seen_since before duration'
  ).split(' '),
);

test('random paths and queries', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyRoute,
      fc.array(fc.tuple(fc.oneof(names, hostile), hostile), { maxLength: 4 }),
      hostile,
      async (route, pairs, id) => {
        const encode = (text: string): string => encodeURIComponent(text.toWellFormed());
        const query = pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
        const path = route.path.replace(/\{\w+\}/, encode(id).replace(/^\.+$/, 'x'));
        await ask(`${path}?${query}`, { method: route.method });
      },
    ),
    { numRuns: 1_500, seed },
  );
});

const withBody = finite.filter(({ body }) => body !== undefined);
const posts = withBody.flatMap((route) =>
  Object.entries(route.body ?? {}).map(([type, form]) => ({ route, type, form })),
);

test('random values as JSON', async () => {
  const jsonPosts = posts.filter(({ form }) => form.kind === 'json');
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...jsonPosts),
      fc.jsonValue({ maxDepth: 4 }),
      async ({ route, type }, value) => {
        await ask(route.path, {
          method: route.method,
          headers: { 'content-type': type },
          body: JSON.stringify(value),
        });
      },
    ),
    { numRuns: 1_000, seed },
  );
});

test('examples with something changed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...posts),
      fc.array(
        fc.tuple(
          fc.nat(),
          fc.oneof(
            fc.constantFrom(...'{}[]",:\\\n0-'.split('')),
            fc.string({ unit: 'binary', maxLength: 6 }),
          ),
        ),
        { maxLength: 4 },
      ),
      async ({ route, type, form }, changes) => {
        const text = form.kind === 'json' ? JSON.stringify(form.example) : form.example;
        const body = changes.reduce((changed, [at, piece]) => {
          const place = at % (changed.length + 1);
          return changed.slice(0, place) + piece + changed.slice(place + (at % 3));
        }, String(text));
        await ask(route.path, { method: route.method, headers: { 'content-type': type }, body });
      },
    ),
    { numRuns: 1_500, seed },
  );
});

test('random bytes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...posts),
      fc.uint8Array({ maxLength: 300 }),
      async ({ route, type }, bytes) => {
        await ask(route.path, {
          method: route.method,
          headers: { 'content-type': type },
          body: Buffer.from(bytes),
        });
      },
    ),
    { numRuns: 500, seed },
  );
  expect((await node.fetch('/health/live', { as: 'none' })).status).toBe(200);
});
