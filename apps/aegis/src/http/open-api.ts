import { z } from 'zod';
import { rolesWith } from '../auth/roles.ts';
import { ProblemDocument } from './documents/problem-document.ts';
import type { Requirement } from './gate.ts';
import { PROBLEM_TYPE } from './problem.ts';
import type { AnswerShape, Route } from './route.ts';

type Json = Readonly<Record<string, unknown>>;

/** The routes as an OpenAPI 3.1 document: every schema is the one that checks, or is checked by a test. */
export function openApiDocument(routes: readonly Route[]): Json {
  const schemas = new SchemaCollection();
  const problem = schemas.add(ProblemDocument, 'output');
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const operations = paths[route.path] ?? {};
    paths[route.path] = operations;
    operations[route.method.toLowerCase()] = operation(route, schemas);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Aegis API',
      version: '1',
      summary: 'Checks, decisions, sessions and what was learned from them.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { header: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: schemas.components(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key.' },
        header: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
      },
      responses: {
        Problem: {
          description: 'What went wrong.',
          content: { [PROBLEM_TYPE]: { schema: problem } },
        },
      },
    },
  };
}

function operation(route: Route, schemas: SchemaCollection): Json {
  const { permission } = route;
  const who = whoMay(permission);
  const answers = Object.entries(route.answers).map(([status, shape]) => [status, answer(shape, schemas)]);
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    description: route.description === undefined ? who : `${route.description}\n\n${who}`,
    ...(permission === 'anyone' ? { security: [] } : {}),
    parameters: [...parameters('path', route.params, schemas), ...parameters('query', route.query, schemas)],
    ...(route.body === undefined ? {} : { requestBody: requestBody(route.body, schemas) }),
    responses: { ...Object.fromEntries(answers), default: { $ref: '#/components/responses/Problem' } },
  };
}

function whoMay(permission: Requirement): string {
  if (permission === 'anyone') return 'Needs no key.';
  return permission === 'any key' ? 'Every role.' : `Roles: ${rolesWith(permission).join(', ')}.`;
}

function answer({ description, schema, types }: AnswerShape, schemas: SchemaCollection): Json {
  if (schema === undefined && types === undefined) return { description };
  const media =
    schema === undefined ? { schema: { type: 'string' } } : { schema: schemas.add(schema, 'output') };
  return {
    description,
    content: Object.fromEntries((types ?? ['application/json']).map((type) => [type, media])),
  };
}

function requestBody(forms: NonNullable<Route['body']>, schemas: SchemaCollection): Json {
  const content = Object.entries(forms).map(([type, form]) => {
    const schema =
      form.kind === 'json' ? schemas.add(form.documented ?? form.schema, 'input') : { type: 'string' };
    return [type, { schema, example: form.example }];
  });
  return { required: true, content: Object.fromEntries(content) };
}

function parameters(
  place: 'path' | 'query',
  schema: z.ZodType | undefined,
  schemas: SchemaCollection,
): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemas.add(schema, 'input') as {
    readonly properties?: Readonly<Record<string, Json>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

/** Gathers the schemas that have an id of their own, so that each is written once. */
class SchemaCollection {
  readonly #named = new Map<string, Json>();

  add(schema: z.ZodType, io: 'input' | 'output'): Json {
    const {
      $schema: _dialect,
      $defs = {},
      ...rest
    } = z.toJSONSchema(schema, { io }) as Json & { readonly $defs?: Json };
    for (const [id, definition] of Object.entries($defs)) this.#named.set(id, hoisted(definition) as Json);
    return hoisted(rest) as Json;
  }

  components(): Json {
    return Object.fromEntries([...this.#named].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** The same with references to where OpenAPI keeps schemas. */
function hoisted(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(hoisted);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) =>
      key === '$ref' && typeof value === 'string'
        ? [key, value.replace('#/$defs/', '#/components/schemas/')]
        : [key, hoisted(value)],
    ),
  );
}
