import fc from 'fast-check';
import { expect, test } from 'vitest';
import { payloadOf } from './payload-of.ts';

test.each<[string, readonly string[], string]>([
  ['the only field, whatever it is called', ['data', '{"a":1}'], '{"a":1}'],
  ['the only field, even where it is no JSON', ['x', 'hello'], 'hello'],
  ['the only object among several', ['type', 'tanner', 'json', '{"a":1}'], '{"a":1}'],
  ['a session as fields', ['sess_uuid', 'u', 'requests', '[{}]'], '{"sess_uuid":"u","requests":[{}]}'],
  ['text that only begins like JSON', ['sess_uuid', 'u', 'path', '[x'], '{"sess_uuid":"u","path":"[x"}'],
  ['two objects: neither', ['a', '{}', 'b', '{}'], '{"a":{},"b":{}}'],
])('%s', (_, fields, payload) => {
  expect(payloadOf(fields)).toBe(payload);
});

test('several fields always give a JSON object with exactly those names, or one of the values', () => {
  const pair = fc.tuple(fc.string(), fc.oneof(fc.string(), fc.json()));
  fc.assert(
    fc.property(fc.uniqueArray(pair, { minLength: 2, selector: ([name]) => name }), (pairs) => {
      const payload = payloadOf(pairs.flat());
      if (pairs.some(([, value]) => value === payload)) return;
      expect(Object.keys(JSON.parse(payload)).toSorted()).toEqual(pairs.map(([name]) => name).toSorted());
    }),
  );
});
