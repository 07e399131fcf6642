import fc from 'fast-check';
import { expect, test } from 'vitest';
import { configErrorText } from './config-error.ts';
import { readYamlFile } from './yaml-file.ts';

function complaints(text: string): readonly string[] {
  const file = readYamlFile('a.yaml', Buffer.from(text));
  return file.ok ? [] : file.error.map(configErrorText);
}

test('a file is read as plain data, and each value has its place', () => {
  const file = readYamlFile('a.yaml', Buffer.from('# hi\nhttp:\n  port: 1\n  list: [x,\n    y]\nnone:\n'));
  if (!file.ok) throw new Error('not read');
  expect(JSON.stringify(file.value.tree)).toBe('{"http":{"port":1,"list":["x","y"]},"none":null}');
  expect(file.value.locate(['http', 'port'], 'key')).toEqual({ line: 3, column: 3 });
  expect(file.value.locate(['http', 'port'], 'value')).toEqual({ line: 3, column: 9 });
  expect(file.value.locate(['http', 'list', 1], 'value')).toEqual({ line: 5, column: 5 });
  expect(file.value.locate(['http', 'list', 7], 'value')).toEqual({ line: 4, column: 9 });
  expect(file.value.locate(['elsewhere'], 'value')).toEqual({ line: 1, column: 1 });
});

test.each(['', '\n', '# only a comment\n', '---\n', '~'])('%j is an empty config', (text) => {
  const file = readYamlFile('a.yaml', Buffer.from(text));
  expect(file.ok && Object.keys(file.value.tree)).toEqual([]);
});

test.each([
  ['a duplicate key', 'a: 1\nb: 2\na: 3\n', /^a\.yaml:3:1: "a" is here twice, first in line 1; remove one$/],
  ['an alias', 'a: &x 1\nb: *x\n', /^a\.yaml:1:7: anchors are not read here/],
  ['a billion laughs', 'a: &a [1,1]\nb: &b [*a,*a]\nc: [*b,*b]\n', /(anchors|aliases) are not read here/],
  ['a list at the top', '- a\n- b\n', /^a\.yaml:1:1: expected sections and keys/],
  ['a list as a key', '? [a]\n: b\n', /^a\.yaml:1:3: /],
  ['a tag of its own', 'a: !run ls\n', /^a\.yaml:1:4: /],
  ['an anchor on a section', 'a: &x\n  b: 1\n', /^a\.yaml:2:3: anchors are not read here/],
  ['a second document', 'a: 1\n---\nb: 2\n', /^a\.yaml:2:1: a second document begins here/],
  ['a tag', 'a: !!binary aGk=\n', /^a\.yaml:1:13: tags are not read here/],
  ['an unclosed bracket', 'a: [1, 2\n', /^a\.yaml:2:1: /],
  ['a tab as indentation', 'a:\n\tb: 1\n', /^a\.yaml:2:1: /],
  ['deep nesting', 'a: '.concat('['.repeat(40)), /^a\.yaml:1:\d+: nested deeper than 32 levels$/],
  ['very deep nesting', '{a: '.repeat(20_000), /nested deeper than 32 levels$/],
])('%s is refused with its place', (_, text, expected) => {
  expect(complaints(text)[0]).toMatch(expected);
});

test('all errors of a file are told', () => {
  expect(complaints('a: 1\na: 2\nb: 1\nb: 2\n')).toHaveLength(2);
});

test('many keys are read in linear time', () => {
  const text = Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n');
  expect(readYamlFile('a.yaml', Buffer.from(text)).ok).toBe(true);
});

test('names of the prototype are keys like any other', () => {
  const file = readYamlFile('a.yaml', Buffer.from('__proto__:\n  x: 1\nconstructor: 2\n'));
  expect(file.ok && Object.keys(file.value.tree)).toEqual(['__proto__', 'constructor']);
  expect(({} as Record<string, unknown>).x).toBeUndefined();
});

test('any bytes give an answer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const file = readYamlFile('a.yaml', bytes);
      if (!file.ok) expect(file.error.length).toBeGreaterThan(0);
    }),
    { numRuns: 1000 },
  );
  const piece = fc.constantFrom(
    'a',
    ':',
    ' ',
    '\n',
    '- ',
    '[',
    ']',
    '{',
    '}',
    '&x',
    '*x',
    '"',
    "'",
    '#',
    '|',
    '?',
    '!',
    ',',
    '\t',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const file = readYamlFile('a.yaml', Buffer.from(pieces.join('')));
      if (!file.ok) expect(file.error.length).toBeGreaterThan(0);
    }),
    { numRuns: 3000 },
  );
});
