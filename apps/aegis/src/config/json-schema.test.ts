import { expect, test } from 'vitest';
import { configJsonSchema } from './json-schema.ts';

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly [keyword: string]: unknown;
}

function walk(node: Node, path: string): readonly (readonly [string, Node])[] {
  const inner = Object.entries(node.properties ?? {}).flatMap(([key, child]) =>
    walk(child, `${path}/${key}`),
  );
  return [[path, node], ...inner];
}

test('it is draft 2020-12, strict, documented and requires nothing', () => {
  const schema = configJsonSchema() as Node;
  expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
  const nodes = walk(schema, '');
  expect(nodes.length).toBeGreaterThan(40);
  for (const [path, node] of nodes) {
    expect(node.description, path).toEqual(expect.any(String));
    expect(node.required, path).toBeUndefined();
    if (node.properties === undefined) expect(node.default, path).not.toBeUndefined();
    else expect(node.additionalProperties, path).toBe(false);
  }
  expect(schema.properties?.http?.properties?.port).toMatchObject({
    type: 'integer',
    minimum: 0,
    maximum: 65_535,
    default: 8411,
  });
  expect(schema.properties?.decoy?.properties?.sessions?.properties?.idle).toMatchObject({
    type: 'string',
    default: '75s',
  });
});
