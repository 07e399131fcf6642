import type { DecisionPage } from '@aegis/fleet';
import { type Decision, ManualClock } from '@aegis/model';
import { expect, test } from 'vitest';
import { EnforcementList } from './enforcement-list.ts';

const clock = new ManualClock();
const ban = (id: string, lastsMs: number = 60_000): Decision => ({
  ...{ id, scope: 'ip', value: `192.0.2.${id.length}`, action: 'ban', reason: 'r', origin: 'aegis' },
  ...{ source: 's', weight: 1, created: clock.now(), expires: clock.now() + lastsMs },
});
const page = (change: Partial<DecisionPage>): DecisionPage => ({
  ...{ epoch: 'e', next: 0, whole: false, more: false, enforce: [], retract: [] },
  ...change,
});
const idsOf = (list: EnforcementList): readonly string[] => list.inForce().map(({ id }) => id);

test('a list in pages takes the place of the one before when it is whole, and changes go on from it', () => {
  const list = new EnforcementList(clock, () => {});
  list.take(page({ enforce: [ban('old')], next: 3 }));
  expect(
    list.take(page({ epoch: 'f', whole: true, more: true, enforce: [ban('a'), ban('b')], next: 7 })),
  ).toBe(true);
  // Until the rest is here the old one holds.
  expect(idsOf(list)).toEqual(['old']);
  expect(list.next()).toEqual({ epoch: 'f', after: 7, from: 'b' });
  expect(list.take(page({ epoch: 'f', whole: true, enforce: [ban('c')], next: 7 }))).toBe(false);
  expect(idsOf(list)).toEqual(['a', 'b', 'c']);
  expect(list.next()).toEqual({ epoch: 'f', after: 7 });
  list.take(page({ epoch: 'f', next: 9, enforce: [ban('d')], retract: ['a'] }));
  expect(idsOf(list)).toEqual(['b', 'c', 'd']);
  expect(list.isBehind({ epoch: 'f', last: 9 })).toBe(false);
  expect(list.isBehind({ epoch: 'f', last: 10 })).toBe(true);
  expect(list.isBehind({ epoch: 'g', last: 9 })).toBe(true);
});

test('a list that is begun anew by another server forgets the pages of the first', () => {
  const list = new EnforcementList(clock, () => {});
  list.take(page({ epoch: 'f', whole: true, more: true, enforce: [ban('a')], next: 7 }));
  list.take(page({ epoch: 'g', whole: true, enforce: [ban('z')], next: 1 }));
  expect(idsOf(list)).toEqual(['z']);
});

test('what has expired is enforced no longer, whether a server answers or not', () => {
  const list = new EnforcementList(clock, () => {});
  list.take(page({ enforce: [ban('short', 1_000), ban('longer', 5_000)], next: 2 }));
  clock.advance(1_000);
  expect(idsOf(list)).toEqual(['longer']);
});
