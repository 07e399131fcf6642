import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Line, readLines, StreamTooLong } from './read-lines.ts';

async function* chunks(parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

async function linesOf(
  parts: readonly string[],
  limits = { lineBytes: 1_000, streamBytes: 100_000 },
): Promise<unknown[]> {
  const lines = await Array.fromAsync(readLines(chunks(parts), limits));
  return lines.map((line: Line) =>
    line.kind === 'line' ? [line.number, Buffer.from(line.bytes).toString()] : [line.number, line.kind],
  );
}

test('lines are numbered, blank ones counted and left out, CR dropped', async () => {
  expect(await linesOf(['a\r\n', '\n \t\n', 'b', 'c\n', 'd'])).toEqual([
    [1, 'a'],
    [4, 'bc'],
    [5, 'd'],
  ]);
});

test('nothing comes of nothing', async () => {
  expect(await linesOf([])).toEqual([]);
  expect(await linesOf(['', '\n'])).toEqual([]);
});

test('a line that is too long is skipped to its end, and the next one read', async () => {
  const limits = { lineBytes: 5, streamBytes: 100 };
  expect(await linesOf(['12345\n123', '456', '789\nok\n', 'toolongend'], limits)).toEqual([
    [1, '12345'],
    [2, 'too_long'],
    [3, 'ok'],
    [4, 'too_long'],
  ]);
});

test('a stream that is too long ends with that', async () => {
  const lines: number[] = [];
  await expect(async () => {
    for await (const { number } of readLines(chunks(['a\n', 'b\n', 'c\n']), { lineBytes: 5, streamBytes: 4 }))
      lines.push(number);
  }).rejects.toThrow(StreamTooLong);
  expect(lines).toEqual([1, 2]);
});

test('where the chunks are cut does not matter', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.stringMatching(/^[ab\n\r]{0,6}$/), { maxLength: 10 }), async (parts) => {
      const whole = parts.join('');
      expect(await linesOf(parts)).toEqual(await linesOf(whole.split('')));
      const expected = whole.split('\n').map((line) => line.replace(/\r$/, ''));
      const kept = expected.flatMap((line, index) => (/^[ \t]*$/.test(line) ? [] : [[index + 1, line]]));
      expect(await linesOf([whole])).toEqual(kept);
    }),
  );
});
