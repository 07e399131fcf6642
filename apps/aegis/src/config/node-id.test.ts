import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeIdOf } from './node-id.ts';
import { NODE_ID_PATTERN } from './sections/node-section.ts';

test.each([
  ['Web-01.example.org', 'web-01'],
  ['.local', 'aegis'],
  ['---', 'aegis'],
  ['Büro PC', 'b-ro-pc'],
])('host %s is node %s', (hostname, id) => expect(nodeIdOf(hostname)).toBe(id));

test('every host name gives an id that the config takes', () => {
  fc.assert(
    fc.property(fc.string(), (hostname) => {
      expect(nodeIdOf(hostname)).toMatch(NODE_ID_PATTERN);
    }),
  );
});
