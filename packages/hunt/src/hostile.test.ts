import { type Address, formatIPv4, seededRandom } from '@aegis/model';
import { expect, test } from 'vitest';
import { candidateAt, Hunter } from './hunter.ts';
import { syntheticTraffic } from './synthetic/synthetic-traffic.ts';

const from = Date.UTC(2026, 9, 27);
const network = syntheticTraffic({
  seed: 4,
  from,
  hours: 2,
  hosts: 80,
  bots: 0,
  servers: 1,
  beacon: { periodMs: 60_000, jitter: 0 },
});

function hunterWith(
  extra: (add: (at: number, source: number, destination: string, received: number) => void) => void,
): Hunter {
  const hunter = new Hunter({ random: seededRandom(1) });
  for (const { flow } of network) hunter.add(flow);
  extra((at, source, destination, receivedBytes) =>
    hunter.add({
      at,
      source: formatIPv4(source) as Address,
      destination: destination as Address,
      port: 443,
      protocol: 'tcp',
      durationMs: 10,
      sentBytes: 240,
      receivedBytes,
    }),
  );
  return hunter;
}

test('a made rhythm does not get a service blocked that many use', () => {
  const updates = '23.0.3.1';
  const hunter = hunterWith((add) => {
    for (let i = 0; i < 600; i++) add(from + i * 10_000, 0x0a_01_00_01, updates, 160);
  });
  const found = candidateAt(hunter.report(), updates);
  expect(found?.popular).toBe(true);
  expect(found?.score).toBeLessThan(50);
});

test('sources made up, which get no answers, do not make a server of bots look popular', () => {
  const server = '45.77.9.13';
  const hunter = hunterWith((add) => {
    for (let bot = 0; bot < 3; bot++)
      for (let i = 0; i < 120; i++) add(from + i * 60_000 + bot, 0x0a_01_00_00 + bot, server, 160);
    for (let fake = 0; fake < 5_000; fake++) add(from + fake * 500, 0x0a_80_00_00 + fake, server, 0);
  });
  const found = candidateAt(hunter.report(), server);
  expect(found?.popular).toBe(false);
  expect(found?.score).toBeGreaterThan(80);
});

test('one who asks many at one period is a monitor, and makes none of them a server of bots', () => {
  const hunter = hunterWith((add) => {
    for (let n = 0; n < 30; n++)
      for (let i = 0; i < 100; i++)
        add(from + i * 60_000 + n, 0x0a_01_00_02, formatIPv4(0x2d_4d_80_05 + n * 256), 160);
  });
  const found = hunter.report().candidates.filter(({ address }) => address.startsWith('45.77.'));
  expect(found.length).toBe(30);
  expect(found.filter(({ score }) => score >= 80)).toEqual([]);
});
