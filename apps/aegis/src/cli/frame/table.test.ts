import fc from 'fast-check';
import { expect, test } from 'vitest';
import { displayWidth } from './display-width.ts';
import { renderTable } from './table.ts';

const COLUMNS = [
  { title: 'ADDRESS' },
  { title: 'N', align: 'right' },
  { title: 'USER AGENT', shrinks: true },
] as const;

test('columns are aligned, numbers to the right, wide characters counted', () => {
  const rows = [
    ['192.0.2.1', '5', 'curl'],
    ['2001:db8::1', '1,234', '日本語ブラウザ'],
  ];
  expect(renderTable(COLUMNS, rows, { width: 80 })).toEqual([
    'ADDRESS          N  USER AGENT',
    '192.0.2.1        5  curl',
    '2001:db8::1  1,234  日本語ブラウザ',
  ]);
});

test('only columns that may shrink are cut, and addresses never', () => {
  const [, line] = renderTable(COLUMNS, [['2001:db8::1', '7', 'Mozilla/5.0 (X11; Linux x86_64)']], {
    width: 30,
  });
  expect(line).toBe('2001:db8::1  7  Mozilla/5.0 (…');
  const [, narrow] = renderTable(COLUMNS, [['2001:db8::1', '7', 'Mozilla/5.0 (X11)']], { width: 5 });
  expect(narrow).toBe('2001:db8::1  7  Mozilla…');
});

test('the widest gives first', () => {
  const columns = [
    { title: 'A', shrinks: true },
    { title: 'B', shrinks: true },
  ];
  const [, line] = renderTable(columns, [['x'.repeat(10), 'y'.repeat(30)]], { width: 32 });
  expect(line).toBe(`${'x'.repeat(10)}  ${'y'.repeat(19)}…`);
});

test('marks do not move the columns, and hostile text cannot escape its cell', () => {
  const columns = [{ title: 'A', mark: (cell: string) => `<${cell}>` }, { title: 'B' }];
  expect(renderTable(columns, [['\u001b[2J\n', 'b']], { width: 80, heading: (line) => `*${line}*` })).toEqual(
    ['*A            B*', '<\\x1b[2J\\x0a>  b'],
  );
});

test('a table of shrinking columns fits any width that leaves 8 cells a column', () => {
  const columns = [
    { title: 'A', shrinks: true },
    { title: 'B', shrinks: true },
    { title: 'C', shrinks: true },
  ];
  const row = fc.tuple(fc.string(), fc.string(), fc.string());
  fc.assert(
    fc.property(fc.array(row), fc.integer({ min: 28, max: 90 }), (rows, width) => {
      for (const line of renderTable(columns, rows, { width }))
        expect(displayWidth(line)).toBeLessThanOrEqual(width);
    }),
  );
});
