import { expect, test } from 'vitest';
import { mergePaths } from './merge-paths.ts';

const T = 1698364800;

test('an entry of paths fills in the request it stands for', () => {
  const merged = mergePaths(
    [{ path: '/login', method: 'POST', body: 'a=1' }],
    [{ path: '/login', timestamp: T, response_status: 200, attack_type: 'sqli' }],
  );
  expect(merged).toHaveLength(1);
  expect(merged[0]).toMatchObject({
    path: '/login',
    at: T * 1000,
    fields: { method: 'POST', body: 'a=1', response_status: 200, attack_type: 'sqli' },
  });
});

test('equal entries of one list are requests of their own, and each pairs once', () => {
  const twice = [
    { path: '/a', timestamp: T },
    { path: '/a', timestamp: T },
  ];
  expect(mergePaths(twice, undefined)).toHaveLength(2);
  expect(mergePaths(undefined, twice)).toHaveLength(2);
  expect(mergePaths(twice, [...twice, ...twice])).toHaveLength(4);
});

test('another time is another request; none stands for any', () => {
  expect(mergePaths([{ path: '/a', timestamp: T }], [{ path: '/a', timestamp: T + 1 }])).toHaveLength(2);
  expect(mergePaths([{ path: '/a', timestamp: T }], [{ path: '/a' }])).toHaveLength(1);
  expect(mergePaths([{ path: '/a' }], [{ path: '/b' }])).toHaveLength(2);
});

test('what is no request is left out; a bare path is one', () => {
  const merged = mergePaths(['/x', 7, null, {}, { path: 4 }, []], 'nonsense');
  expect(merged.map(({ path }) => path)).toEqual(['/x']);
});

test('a hundred thousand equal entries are no burden', () => {
  const many = Array.from({ length: 100_000 }, () => ({ path: '/', timestamp: T }));
  expect(mergePaths(many, many)).toHaveLength(100_000);
  expect(
    mergePaths(
      many,
      many.map(({ path }) => ({ path })),
    ),
  ).toHaveLength(100_000);
});
