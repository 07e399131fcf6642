import { expect, test } from 'vitest';
import { heartbeatInterval, NodeDirectory } from './node-directory.ts';

const beat = { interval: 10, load: 0.25, version: '1', started: 0, decisions: 3, leaving: false };
const T = 1_000_000;

test.each([
  [0, 'online', 0.75],
  [14_999, 'online', 0.75],
  [15_000, 'degraded', 0.375],
  [24_999, 'degraded', 0.375],
  [25_000, 'offline', 0],
])('%d ms after its last heartbeat a node is %s', (silent, state, weight) => {
  const directory = new NodeDirectory();
  directory.hear('a', 'eu', beat, T);
  expect(directory.nodes(T + silent)).toMatchObject([{ id: 'a', region: 'eu', state, weight, decisions: 3 }]);
});

test('who says that it goes is offline at once; an older heartbeat changes nothing', () => {
  const directory = new NodeDirectory();
  directory.hear('a', 'eu', { ...beat, leaving: true }, T);
  directory.hear('a', 'eu', beat, T - 1);
  expect(directory.nodes(T)).toMatchObject([{ state: 'offline' }]);
});

test('a busy node is given little, never nothing; one that is silent for a day is forgotten', () => {
  const directory = new NodeDirectory();
  directory.hear('b', 'eu', { ...beat, load: 1 }, T);
  directory.hear('a', 'eu', beat, T);
  expect(directory.nodes(T).map(({ id, weight }) => [id, weight])).toEqual([
    ['a', 0.75],
    ['b', 0.1],
  ]);
  expect(directory.nodes(T + 86_400_001)).toEqual([]);
});

test('heartbeats of a large mesh come less often, and none takes more than five minutes', () => {
  expect([1, 700, 2_000, 10_000].map((nodes) => heartbeatInterval(nodes, 10))).toEqual([10, 10, 80, 300]);
});
