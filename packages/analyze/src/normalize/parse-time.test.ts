import { expect, test } from 'vitest';
import { parseTime } from './parse-time.ts';

const AT = Date.UTC(2023, 9, 26, 21, 20, 0);

test.each([
  ['epoch seconds', 1698355200],
  ['epoch seconds with a fraction', 1698355200.0],
  ['epoch milliseconds', 1698355200000],
  ['epoch microseconds', 1698355200000000],
  ['epoch nanoseconds', 1698355200000000000],
  ['seconds as text', '1698355200'],
  ['seconds with a fraction as text', ' 1698355200.000 '],
  ['milliseconds as text', '1698355200000'],
  ['ISO in UTC', '2023-10-26T21:20:00Z'],
  ['ISO with a zone', '2023-10-26T23:20:00+02:00'],
  ['ISO with a zone without colon', '2023-10-26T16:50:00.000-0430'],
  ['ISO with hours alone as zone', '2023-10-26T23:20:00+02'],
  ['ISO without a zone', '2023-10-26T21:20:00'],
  ['ISO with a blank and no seconds', '2023-10-26 21:20'],
  ['ISO with nanoseconds', '2023-10-26T21:20:00.000464763Z'],
])('%s', (_, value) => {
  expect(parseTime(value)).toBe(AT);
});

test('keeps milliseconds', () => {
  expect(parseTime(1698355200.123)).toBe(AT + 123);
  expect(parseTime('2023-10-26T21:20:00.123999Z')).toBe(AT + 123);
  expect(parseTime(1698355200123456)).toBe(AT + 123);
});

test('a date alone is its midnight, a leap second the next minute', () => {
  expect(parseTime('2023-10-26')).toBe(Date.UTC(2023, 9, 26));
  expect(parseTime('2016-12-31T23:59:60Z')).toBe(Date.UTC(2017, 0, 1));
});

test.each([
  0,
  -1,
  12345,
  4_200_000_000,
  9e30,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '',
  'now',
  'NaN',
  '0x64',
  '1e9',
  '-1698355200',
  '99999-01-01T00:00:00Z',
  '+099999-01-01T00:00:00Z',
  '1970-01-01T00:00:00Z',
  '2100-01-01T00:00:00Z',
  '2023-13-01T00:00:00Z',
  '2023-02-29T00:00:00Z',
  '2023-10-26T24:00:00Z',
  '2023-10-26T21:60:00Z',
  '2023-10-26T21:20:00 Europe/Paris',
  '9'.repeat(10_000),
  true,
  null,
  undefined,
  {},
  [1698355200],
])('%j is not a time', (value) => {
  expect(parseTime(value)).toBeUndefined();
});
