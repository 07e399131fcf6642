import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { askRoute } from './fixture/ask-route.ts';
import { startTestNode, type TestNode } from './fixture/test-node.ts';
import { openApiDocument } from './open-api.ts';
import { routes } from './routes.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example: unknown }>> };
  readonly responses: Readonly<Record<string, unknown>>;
  readonly security?: readonly unknown[];
}

interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

let node: TestNode;
let document: Document;

beforeAll(async () => {
  node = await startTestNode();
  document = (await (await node.fetch('/openapi.json', { as: 'none' })).json()) as Document;
  await node.fetch('/v1/decisions', { json: { scope: 'ip', value: '192.0.2.1', reason: 'sample' } });
});

afterAll(() => node.close());

const operations = (): readonly Operation[] =>
  Object.values(document.paths).flatMap((path) => Object.values(path));

test('is OpenAPI 3.1 and has every route once', () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(document).toMatchObject({ info: { title: 'Aegis API', version: '1' } });
  expect(
    operations()
      .map(({ operationId }) => operationId)
      .sort(),
  ).toEqual(routes.map(({ id }) => id).sort());
  expect(new Set(routes.map(({ id }) => id)).size).toBe(routes.length);
  for (const { method, path, id } of routes)
    expect(document.paths[path]?.[method.toLowerCase()]?.operationId).toBe(id);
});

test('every reference leads somewhere', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
    ([, reference]) => reference ?? '',
  );
  expect(references.length).toBeGreaterThan(20);
  for (const reference of new Set(references)) {
    const steps = reference.replace(/^#\//, '').split('/');
    const target = steps.reduce<unknown>(
      (at, step) => (at as Record<string, unknown> | undefined)?.[step],
      document,
    );
    expect(target, reference).toBeDefined();
  }
});

test('every name in braces is a parameter of the path, and no other is', () => {
  for (const [path, byMethod] of Object.entries(document.paths)) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const { parameters } of Object.values(byMethod))
      expect(parameters.filter((each) => each.in === 'path').map(({ name }) => name)).toEqual(names);
  }
});

test('every operation has a problem as its other answer, and says who may ask', () => {
  for (const { responses, security, operationId } of operations()) {
    expect(responses.default).toEqual({ $ref: '#/components/responses/Problem' });
    const route = routes.find(({ id }) => id === operationId);
    expect(security !== undefined, operationId).toBe(route?.permission === 'anyone');
  }
});

test('examples are what the routes take', () => {
  for (const { id, body = {} } of routes)
    for (const form of Object.values(body)) {
      if (form.kind !== 'json') continue;
      expect((form.documented ?? form.schema).safeParse(form.example).error, id).toBeUndefined();
      expect(form.schema.safeParse(form.example).success, id).toBe(true);
    }
});

test('every named schema is JSON Schema that zod can read back', () => {
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    const definitions = { ...document.components.schemas };
    const text = JSON.stringify({ ...(schema as object), $defs: definitions });
    const local = JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as Parameters<
      typeof z.fromJSONSchema
    >[0];
    expect(() => z.fromJSONSchema(local), name).not.toThrow();
  }
});

test('the document does not change from one building to the next', () => {
  expect(JSON.stringify(openApiDocument(routes))).toBe(JSON.stringify(document));
});

/** What they are asked about is not there, or cannot be with a key. */
const ABSENT = ['revokeKey', 'signOut', 'guardAppeal', 'guardRule'];
/** A node by itself is in no mesh. */
const ALONE = ['getMesh', 'revokeNodes', 'listPeerTrails', 'getPeerTrail', 'forgetPeerTrail'];

test.each(routes.filter(({ endless }) => endless !== true).map((route) => [route.id, route] as const))(
  '%s answers what its documentation says',
  async (_id, route) => {
    for (const response of await askRoute(node, route, 'admin')) {
      const shape = route.answers[response.status];
      const text = await response.text();
      if (shape === undefined) {
        expect(response.headers.get('content-type')).toContain('application/problem+json');
        expect([...ABSENT, ...ALONE], text).toContain(route.id);
      } else if (shape.schema !== undefined) {
        const parsed = (shape.schema as z.ZodType).safeParse(JSON.parse(text));
        expect(parsed.error, text).toBeUndefined();
      }
    }
  },
);
