import { Result } from '@aegis/model';
import { z } from 'zod';
import { openApiDocument } from '../open-api.ts';
import { defineRoute, type Reply, type Route } from '../route.ts';

const Index = z.strictObject({
  name: z.string(),
  openapi: z.string(),
  paths: z.record(z.string(), z.string()),
});

/** The ways to find out what there is, for these routes and themselves. */
export function indexRoutes(described: readonly Route[]): readonly Route[] {
  let document: string | undefined;
  const all: Route[] = [
    ...described,
    defineRoute({
      method: 'GET',
      path: '/openapi.json',
      id: 'openApi',
      tag: 'node',
      summary: 'This API as an OpenAPI 3.1 document.',
      permission: 'anyone',
      answers: { 200: { description: 'The document.', schema: z.looseObject({ openapi: z.string() }) } },
      handler() {
        document ??= JSON.stringify(openApiDocument(all));
        return Result.ok<Reply>({ status: 200, body: document });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/',
      id: 'index',
      tag: 'node',
      summary: 'What is where.',
      permission: 'anyone',
      answers: { 200: { description: 'Paths that can be read, and what for.', schema: Index } },
      handler() {
        const readable = all.filter(({ method }) => method === 'GET');
        const paths = Object.fromEntries(readable.map(({ path, summary }) => [path, summary]));
        return Result.ok<Reply>({ status: 200, body: { name: 'Aegis', openapi: '/openapi.json', paths } });
      },
    }),
  ];
  return all.slice(described.length);
}
