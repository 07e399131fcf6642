import type { Notification } from '@aegis/ports';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bareLine, harmlessLine } from './harmless-line.ts';
import { cutToBytes, notificationText } from './notification-text.ts';

const item = {
  at: 0,
  text: 'SQL injection',
  facts: { address: '192.0.2.1', path: '/a?u=https://evil.example/' },
};
const message: Notification = {
  ...{ id: 'n', at: Date.UTC(2026, 10, 22, 12), event: 'decision', level: 'HIGH', title: 'One', count: 1 },
  ...{ items: [item], node: 'node-1' },
};

test('one thing reads as a title, a summary and its facts', () => {
  expect(notificationText(message, 2_000)).toEqual({
    title: 'One',
    summary: 'decision, HIGH, on node-1 at 2026-11-22 12:00:00Z',
    body: [
      '- 1970-01-01 00:00:00Z SQL injection',
      '    address: 192.0.2.1',
      '    path: /a?u=https[:]//evil[.]example/',
    ].join('\n'),
  });
});

test('what the title says already is not said again', () => {
  const { body } = notificationText({ ...message, title: '[HIGH] SQL injection' }, 2_000);
  expect(body).not.toContain('SQL');
});

test('of many things it tells the first, and how many more there are', () => {
  const { body, summary } = notificationText({ ...message, count: 70, items: Array(60).fill(item) }, 2_000);
  expect(summary).toContain('70 times');
  const told = body.split('- ').length - 1;
  expect(told).toBeGreaterThan(5);
  expect(body.endsWith(`and ${70 - told} more`)).toBe(true);
});

test('no text makes a link, a mention or a second line, or is longer than it may be', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.integer({ min: 2, max: 250 }),
      (text, most) => {
        expect(bareLine(text, most).length).toBeLessThanOrEqual(most);
        const line = harmlessLine(text, most);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|:\/\/|\.\p{L}|@[\p{L}\p{N}]/u);
      },
    ),
  );
});

test('texts are cut between characters', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 100 }),
      fc.integer({ min: 3, max: 200 }),
      (text, most) => {
        const cut = cutToBytes(text, most);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(Math.max(most, 3));
        expect(text.startsWith(cut.replace(/…$/, ''))).toBe(true);
      },
    ),
  );
});
