import type { QueuedMessage } from '@aegis/ports';
import { expect, test } from 'vitest';
import { compose } from './compose.ts';

const message: QueuedMessage = {
  ...{ id: 'm', event: 'decision', level: 'HIGH', plural: 'decisions', count: 1, tries: 0, since: 5 },
  items: [{ at: 1, text: 'ban of 192.0.2.1', facts: { address: '192.0.2.1', reason: '{node} {title}' } }],
};
const title = (template: string, change: Partial<QueuedMessage> = {}): string =>
  compose({ ...message, ...change }, template, 'node-1').title;

test('a title is filled in from what happened, facts of the first thing too', () => {
  expect(title('[{level}] {title} on {node}')).toBe('[HIGH] ban of 192.0.2.1 on node-1');
  expect(title('{count} {event} {address}')).toBe('1 decision 192.0.2.1');
});

test('of several things it says how many, and names the first', () => {
  expect(title('{title}', { count: 7 })).toBe('7 decisions, the first: ban of 192.0.2.1');
});

test('what attackers wrote fills nothing in, and what is not there is left out', () => {
  expect(title('{reason}|{nothing}|{constructor}|{__proto__}|{')).toBe('{node} {title}||||{');
});

test('a title ends somewhere', () => {
  const items = [{ at: 1, text: 'x'.repeat(9_000), facts: {} }];
  expect(title('{title}{title}', { items })).toHaveLength(200);
});
