import { expect, test } from 'vitest';
import { processTerminal } from './terminal.ts';

function colour(isTTY: boolean, env: Record<string, string>): boolean {
  const stream = { write: () => true, isTTY, columns: 80 };
  return processTerminal(stream, stream, env).stdout.colour;
}

test.each([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: '1' }, false],
  [true, { NO_COLOR: '' }, true],
  [true, { TERM: 'dumb' }, false],
  [false, { FORCE_COLOR: '1' }, true],
  [true, { FORCE_COLOR: '0' }, true],
  [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
])('on a terminal %s with %j colours are %s', (isTTY, env, expected) =>
  expect(colour(isTTY, env)).toBe(expected),
);

test('the width follows the stream, and a file has none', () => {
  const stream = { write: () => true, isTTY: true, columns: 80 };
  const { stdout, stderr } = processTerminal(stream, { write: () => true }, {});
  stream.columns = 40;
  expect([stdout.columns, stderr.columns]).toEqual([40, 10_000]);
});
