import { expect, test } from 'vitest';
import { WantedProofs } from './wanted-proofs.ts';

test('everyone gets a turn, however many sizes one asks about', () => {
  const wanted = new WantedProofs();
  wanted.add(
    'greedy',
    Array.from({ length: 500 }, (_, nth) => 1_000 + nth),
  );
  wanted.add('b', [7, 9]);
  wanted.add('c', [7, 8]);
  expect(wanted.take(6)).toEqual([1_000, 7, 1_001, 9, 8, 1_002]);
  expect(wanted.take(6)).toEqual([]);
});

test('what a node asks for takes the place of what it asked for before', () => {
  const wanted = new WantedProofs();
  wanted.add('b', [7]);
  wanted.add('b', [9]);
  expect(wanted.take(32)).toEqual([9]);
});
