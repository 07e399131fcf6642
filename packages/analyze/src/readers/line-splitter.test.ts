import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter, type LineSplitterOptions, type SplitLine } from './line-splitter.ts';
import { utf8Fault } from './utf8-fault.ts';

function split(bytes: Uint8Array, options?: LineSplitterOptions, chunk = bytes.length): readonly SplitLine[] {
  const splitter = new LineSplitter(options);
  const lines: SplitLine[] = [];
  for (let i = 0; i < bytes.length; i += chunk) lines.push(...splitter.push(bytes.subarray(i, i + chunk)));
  return [...lines, ...splitter.end()];
}

function texts(lines: readonly SplitLine[]): readonly string[] {
  return lines.map(({ text }) => (text.ok ? text.value : text.error.kind));
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('lines with their number and offsets, the last one without an end', () => {
  expect(
    split(bytes('one\r\ntwo\n\nÄ')).map((line) => ({ ...line, text: line.text.ok && line.text.value })),
  ).toEqual([
    { line: 1, offset: 0, nextOffset: 5, text: 'one' },
    { line: 2, offset: 5, nextOffset: 9, text: 'two' },
    { line: 3, offset: 9, nextOffset: 10, text: '' },
    { line: 4, offset: 10, nextOffset: 12, text: 'Ä' },
  ]);
  expect(split(bytes('a\n'))).toHaveLength(1);
  expect(split(bytes(''))).toHaveLength(0);
});

test('a byte order mark and the hole of a truncated log are passed over', () => {
  expect(texts(split(bytes('\ufeffa\n\ufeffb\n')))).toEqual(['a', '\ufeffb']);
  const hole = new Uint8Array(5000);
  const [line] = split(Buffer.concat([hole, bytes('a\0b\n')]), { maxLineBytes: 100 }, 999);
  expect(line).toMatchObject({ offset: 5000, nextOffset: 5004, text: { ok: true, value: 'a\0b' } });
});

test('a line too long is an error, the next is read', () => {
  const options = { maxLineBytes: 4 };
  expect(texts(split(bytes('abcd\r\nabcde\nabcd\nabcdefghijklmn\n1\nabcdef'), options))).toEqual([
    'abcd',
    'too_long',
    'abcd',
    'too_long',
    '1',
    'too_long',
  ]);
  const [long] = split(bytes('abcdefgh\n'), options);
  expect(long).toMatchObject({ offset: 0, nextOffset: 9, text: { ok: false, error: { column: 5 } } });
});

test('a line that is not UTF-8 is an error with the byte', () => {
  const lines = split(Buffer.concat([bytes('ok\nÄ'), Buffer.from([0xff, 0xfe, 10]), bytes('next\n')]));
  expect(texts(lines)).toEqual(['ok', 'not_utf8', 'next']);
  expect(lines[1]?.text).toMatchObject({ error: { column: 3, found: 'fffe' } });
});

test('the chunks do not matter, and reading goes on from any line', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc.constantFrom('\n', '\r\n', '\0\0', '\ufeff', 'line\n', 'Ä😀\n').map(bytes),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 30 }),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(),
      (pieces, chunk, pick) => {
        const all = Buffer.concat(pieces);
        const options = { maxLineBytes: 16 };
        const whole = split(all, options);
        expect(split(all, options, chunk)).toEqual(whole);
        const from = whole[pick % Math.max(whole.length, 1)];
        if (from !== undefined) {
          const rest = split(all.subarray(from.nextOffset), {
            ...options,
            offset: from.nextOffset,
            line: from.line + 1,
          });
          expect(rest).toEqual(whole.slice(from.line));
        }
        expect(whole.map(({ line }) => line)).toEqual(whole.map((_, i) => i + 1));
      },
    ),
    { numRuns: 500 },
  );
});

test('no more than one line is held, however long it is', () => {
  const splitter = new LineSplitter({ maxLineBytes: 1000 });
  const chunk = new Uint8Array(65_536).fill(97);
  for (let i = 0; i < 1000; i++) expect(splitter.push(chunk)).toEqual([]);
  const [line] = splitter.push(bytes('\nnext'));
  expect(line).toMatchObject({ nextOffset: 65_536_001, text: { ok: false, error: { kind: 'too_long' } } });
  expect(texts(splitter.end())).toEqual(['next']);
});

test('the first byte that is not UTF-8 is where the decoder stops too', () => {
  const nasty = fc.constantFrom(
    0x20,
    0x7f,
    0x80,
    0xbf,
    0xc1,
    0xc3,
    0xe0,
    0xed,
    0xef,
    0xf0,
    0xf4,
    0xf5,
    0xa0,
    0x9f,
    0x90,
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(nasty, fc.nat(255)), { maxLength: 12 }), (list) => {
      const input = Uint8Array.from(list);
      const fault = utf8Fault(input);
      expect(fault < 0).toBe(isUtf8(input));
      if (fault < 0) return;
      expect(isUtf8(input.subarray(0, fault))).toBe(true);
      const decoded = new TextDecoder('utf-8', { ignoreBOM: true }).decode(input);
      expect(decoded.indexOf('\ufffd')).toBe(
        new TextDecoder('utf-8', { ignoreBOM: true }).decode(input.subarray(0, fault)).length,
      );
    }),
    { numRuns: 2000 },
  );
});
