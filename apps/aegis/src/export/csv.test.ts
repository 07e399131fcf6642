import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvRecord, csvRecords } from './csv.ts';

test('fields are quoted where they must be', () => {
  expect(csvRecord(['a', 'b,c', 'd"e', 'f\ng', 7, undefined])).toBe('a,"b,c","d""e","f\ng",7,\r\n');
});

test.each(['=1+1', '+1', '-1', '@x', '\tx'])('%j cannot become a formula', (text) => {
  expect(csvRecord([text])).toBe(`'${text}\r\n`);
});

test('records know the line on which they begin', () => {
  expect([...csvRecords('a,b\r\n\n"x\ny",2\nlast')]).toEqual([
    { line: 1, fields: ['a', 'b'] },
    { line: 3, fields: ['x\ny', '2'] },
    { line: 5, fields: ['last'] },
  ]);
});

test('what is written reads back', () => {
  const field = fc.stringMatching(/^[a-z"\n,\r ]{1,8}$/).map((text) => `x${text}x`);
  fc.assert(
    fc.property(fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 5 }), (records) => {
      const text = records.map(csvRecord).join('');
      expect([...csvRecords(text)].map(({ fields }) => fields)).toEqual(records);
    }),
  );
});

test('any text can be read, in linear time', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect([...csvRecords(text)].every(({ fields }) => fields.length > 0)).toBe(true);
    }),
  );
  expect([...csvRecords('"'.repeat(1_000_000))]).toHaveLength(1);
});
