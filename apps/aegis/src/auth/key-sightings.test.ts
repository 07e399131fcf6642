import { type Address, ManualClock } from '@aegis/model';
import { expect, test } from 'vitest';
import { KeySightings } from './key-sightings.ts';

const HERE = '192.0.2.1' as Address;
const THERE = '192.0.2.2' as Address;

test('a key is new once from each address, and again after it was idle', () => {
  const clock = new ManualClock();
  const sightings = new KeySightings({ clock, idleMs: 1_000, most: 10 });
  expect([sightings.isNew('a', HERE), sightings.isNew('a', HERE), sightings.isNew('a', THERE)]).toEqual([
    true,
    false,
    true,
  ]);
  clock.advance(900);
  expect(sightings.isNew('a', HERE)).toBe(false);
  clock.advance(900);
  expect(sightings.isNew('a', HERE)).toBe(false);
  clock.advance(1_001);
  expect(sightings.isNew('a', HERE)).toBe(true);
});

test('whoever comes from many addresses takes no more memory', () => {
  const sightings = new KeySightings({ clock: new ManualClock(), idleMs: 1_000, most: 3 });
  for (let i = 0; i < 100; i++) sightings.isNew('a', `192.0.2.${i}` as Address);
  expect(sightings.size).toBe(3);
  expect(sightings.isNew('a', '192.0.2.99' as Address)).toBe(false);
});
