import { expect, test } from 'vitest';
import { formatBytes, formatCount, formatDuration, formatRate, formatTime } from './format.ts';

test.each([
  [0, '0 ms'],
  [350, '350 ms'],
  [999.7, '1.0 s'],
  [2_449, '2.4 s'],
  [59_600, '1 min'],
  [65_000, '1 min 5 s'],
  [3_600_000, '1 h'],
  [266_400_000, '3 d 2 h'],
])('%d ms reads %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

test.each([
  [512, '512 B'],
  [1536, '1.5 KiB'],
  [12 * 1024 ** 2, '12 MiB'],
  [5 * 1024 ** 5, '5120 TiB'],
])('%d bytes read %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test('counts, rates and times', () => {
  expect([formatCount(1_234_567), formatRate(0.46), formatRate(9.96), formatRate(1300.4)]).toEqual([
    '1,234,567',
    '0.5',
    '10',
    '1,300',
  ]);
  expect(formatTime(Date.UTC(2026, 9, 27, 2, 5, 30, 123))).toBe('2026-10-27 02:05:30Z');
});
