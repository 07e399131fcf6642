import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linePattern } from './line-pattern.ts';

test.each([
  [
    'Failed for {user} from {client} port {port:number}',
    'Failed for eve from 192.0.2.1 port 22',
    { user: 'eve', client: '192.0.2.1', port: '22' },
  ],
  ['{_:first}] said {what:rest}', '[a] said b] said c', { what: 'b] said c' }],
  ['ip={client}:{port:number}', 'ip=192.0.2.1:50', { client: '192.0.2.1', port: '50' }],
  ['ip={client}:{port:number}', 'ip=2001:db8::1:50', { client: '2001:db8::1', port: '50' }],
  ['from {client}.', 'from 192.0.2.1.', { client: '192.0.2.1' }],
  ['{user:word} in', 'eve in', { user: 'eve' }],
  ['a{*}', 'abc', {}],
])('%s', (pattern, line, expected) => {
  expect(linePattern(pattern)(line)).toEqual(expected);
});

test.each([
  ['from {client}', 'from nowhere'],
  ['from {client}', 'from 192.0.2.1 and on'],
  ['x {user} y', 'x eve'],
  ['{port:number}', ''],
  ['exact', 'exactly'],
])('%s does not fit %s', (pattern, line) => {
  expect(linePattern(pattern)(line)).toBeUndefined();
});

test('what a client chose cannot pass for the rest of the line', () => {
  const pattern = linePattern('Invalid user {user} from {client} port {port:number}');
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (name) => {
      const forged = `${name} from 203.0.113.9 port 1`;
      expect(pattern(`Invalid user ${forged} from 192.0.2.1 port 22`)).toEqual({
        user: forged,
        client: '192.0.2.1',
        port: '22',
      });
    }),
    { numRuns: 500 },
  );
});
