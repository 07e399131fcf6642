import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { ConnectionRoom } from './connection-room.ts';

const sockets = (count: number): readonly Socket[] => Array.from({ length: count }, () => new Socket());
const standing = (all: readonly Socket[]): readonly boolean[] => all.map(({ destroyed }) => !destroyed);

test('the one that has waited longest without proving itself makes room', () => {
  const room = new ConnectionRoom(3);
  const all = sockets(6);
  for (const [index, socket] of all.entries()) {
    room.enter(socket);
    if (index === 0) room.prove(socket);
  }
  expect(standing(all)).toEqual([true, false, false, false, true, true]);
});

test('where all have proved themselves, it is the new one', () => {
  const room = new ConnectionRoom(2);
  const all = sockets(3);
  for (const socket of all) {
    room.enter(socket);
    room.prove(socket);
  }
  expect(standing(all)).toEqual([true, true, false]);
});

test('one that has gone leaves its room', async () => {
  const room = new ConnectionRoom(1);
  const [first, second] = sockets(2) as [Socket, Socket];
  room.enter(first);
  room.prove(first);
  first.destroy();
  await new Promise((resolve) => first.once('close', resolve));
  room.enter(second);
  expect(standing([second])).toEqual([true]);
});
