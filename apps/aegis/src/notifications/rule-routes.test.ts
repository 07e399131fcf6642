import { expect, test } from 'vitest';
import type { NotificationRule } from '../config/sections/notifications-section.ts';
import { channelSettings } from './notification-fixture.ts';
import { routed } from './rule-routes.ts';

const channels = [channelSettings('ops'), channelSettings('siem', { groupMs: 0 })];
const rule = (change: Partial<NotificationRule>): NotificationRule => ({
  ...{ name: 'r', events: [], level: 'HIGH', channels: ['ops'] },
  ...change,
});
const happening = { event: 'decision', level: 'HIGH', item: { at: 1, text: 'x', facts: {} } } as const;
const told = (...rules: readonly NotificationRule[]): readonly string[] =>
  routed(happening, { channels, rules }, 5, () => 'u').map(({ channel }) => channel);

test('a rule tells of its events from its level on', () => {
  expect(told(rule({}))).toEqual(['ops']);
  expect(told(rule({ level: 'CRITICAL' }))).toEqual([]);
  expect(told(rule({ level: 'INFO', events: ['decision', 'campaign'] }))).toEqual(['ops']);
  expect(told(rule({ events: ['campaign'] }))).toEqual([]);
  expect(told()).toEqual([]);
});

test('a channel that several rules name is told once', () => {
  expect(told(rule({}), rule({ channels: ['siem', 'ops'] }))).toEqual(['ops', 'siem']);
});

test('things alike share a group, unless each is to be told by itself', () => {
  let n = 0;
  const rules = [rule({ channels: ['ops', 'siem'] })];
  const things = [1, 2].flatMap(() => routed(happening, { channels, rules }, 5, () => `u${++n}`));
  expect(things.map(({ group }) => group)).toEqual(['decision/HIGH', 'u1', 'decision/HIGH', 'u2']);
});
