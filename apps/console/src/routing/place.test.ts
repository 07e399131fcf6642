import { expect, test } from 'vitest';
import { hashOf, mayPage, PAGES, placeOf } from './place.ts';

test('a place goes into the address and comes out of it', () => {
  for (const name of ['', '192.0.2.1', '2001:db8::/32', 'a/b?c#d', 'é%'])
    expect(placeOf(hashOf('decisions', name, { text: 'x&y=z', scope: '' }))).toEqual({
      page: 'decisions',
      name,
      filter: { text: 'x&y=z' },
    });
});

test.each(['', '#', '#/', '#/nothing', '#/__proto__', 'nonsense'])('%s is the overview', (hash) => {
  expect(placeOf(hash).page).toBe('overview');
});

test('a name that is badly written is no name', () => {
  expect(placeOf('#/sessions/%E0%A4%A')).toEqual({ page: 'sessions', name: '', filter: {} });
});

test('a page is there for whoever may see what it shows', () => {
  const pagesWith = (...permissions: string[]) => PAGES.filter((page) => mayPage(page, permissions));
  expect(pagesWith()).toEqual([]);
  expect(pagesWith('audit:read', 'node:read')).toEqual(['audit', 'settings']);
  expect(pagesWith('memory:read')).toEqual(['memory', 'servers']);
});
