import { seededRandom } from '@aegis/model';
import { describe, expect, test } from 'vitest';
import type { Flow } from './flow.ts';
import { candidateAt, Hunter } from './hunter.ts';
import { type SyntheticOptions, syntheticTraffic } from './synthetic/synthetic-traffic.ts';

const options: SyntheticOptions = {
  seed: 7,
  from: Date.UTC(2026, 9, 27),
  hours: 3,
  hosts: 120,
  bots: 5,
  servers: 1,
  beacon: { periodMs: 60_000, jitter: 0.3, loss: 0.1 },
};
const SERVER = '45.77.0.13';
const flows = syntheticTraffic(options).map(({ flow }) => flow);

function hunted(some: Iterable<Flow>): Hunter {
  const hunter = new Hunter({ random: seededRandom(1) });
  for (const flow of some) hunter.add(flow);
  return hunter;
}

describe('a network with five bots', () => {
  const report = hunted(flows).report();

  test('the server is first, with its bots, heartbeat and reasons in words', () => {
    const [first, second] = report.candidates;
    expect(first).toMatchObject({ address: SERVER, port: 443, popular: false });
    expect(first?.score).toBeGreaterThan(90);
    expect(second?.score ?? 0).toBeLessThan(80);
    expect(first?.bots.map(({ address }) => address).sort()).toEqual(
      [0, 1, 2, 3, 4].map((n) => `10.1.0.${n}`),
    );
    expect(first?.heartbeatSeconds).toBeGreaterThan(40);
    expect(first?.heartbeatSeconds).toBeLessThan(80);
    expect(first?.signals.find(({ name }) => name === 'heartbeat')?.why).toMatch(
      /^\d+% of \d+ gaps within [\d.]+% of [\d.]+ s$/,
    );
  });

  test('services with rhythms of their own are no servers of bots', () => {
    const services = report.candidates.filter(({ address }) => address.startsWith('23.0.'));
    expect(services.length).toBeGreaterThan(3);
    expect(services.filter(({ score }) => score >= 50)).toEqual([]);
  });

  test('any order of the flows gives the same', () => {
    const random = seededRandom(3);
    const shuffled = flows
      .map((flow) => ({ flow, order: random.next() }))
      .sort((a, b) => a.order - b.order)
      .map(({ flow }) => flow);
    const again = candidateAt(hunted(shuffled).report(), SERVER);
    const first = candidateAt(report, SERVER);
    expect(again).toMatchObject({ score: first?.score, heartbeatSeconds: first?.heartbeatSeconds });
  });

  test('what was known survives a restart, whole', () => {
    const half = Math.floor(flows.length / 2);
    const before = hunted(flows.slice(0, half));
    const restored = Hunter.restore(before.snapshot(), { random: seededRandom(9) });
    for (const flow of flows.slice(half)) restored?.add(flow);
    const again = restored?.report();
    expect(again?.flows).toBe(report.flows);
    expect(again && candidateAt(again, SERVER)?.score).toBe(candidateAt(report, SERVER)?.score);
  });

  test('a snapshot that is cut or changed is refused', () => {
    const bytes = hunted(flows.slice(0, 2_000)).snapshot();
    const random = seededRandom(1);
    expect(Hunter.restore(bytes.subarray(0, bytes.length - 4), { random })).toBeUndefined();
    expect(Hunter.restore(new Uint8Array(3), { random })).toBeUndefined();
    expect(
      Hunter.restore(
        bytes.map((byte) => byte ^ 0x55),
        { random },
      ),
    ).toBeUndefined();
  });
});

test('sources made up by the hundred thousand neither fill memory nor hide the bots', () => {
  const hunter = new Hunter({ mostPairs: 20_000, mostTimes: 200_000, random: seededRandom(1) });
  const random = seededRandom(5);
  const from = options.from;
  let most = 0;
  flows.forEach((flow, i) => {
    hunter.add(flow);
    for (let n = 0; n < 8; n++)
      hunter.add({
        at: from + i,
        source:
          `10.${128 + Math.floor(random.next() * 100)}.${Math.floor(random.next() * 250)}.${n}` as Flow['source'],
        destination: SERVER as Flow['destination'],
        port: Math.floor(random.next() * 65_536),
        protocol: 'tcp',
        durationMs: 0,
        sentBytes: 0,
        receivedBytes: 0,
      });
    if (i % 10_000 === 0) most = Math.max(most, hunter.report().pairs);
  });
  const report = hunter.report();
  expect(Math.max(most, report.pairs)).toBeLessThanOrEqual(20_000);
  expect(report.candidates[0]?.address).toBe(SERVER);
  expect(report.candidates[0]?.bots[0]?.flows).toBeGreaterThan(150);
  expect(report.candidates[0]?.popular).toBe(false);
});

test('what is old is forgotten, and a time out of all proportion is refused', () => {
  const hunter = hunted(flows.slice(0, 3_000));
  const first = flows[0] as Flow;
  expect(hunter.add({ ...first, at: first.at + 40 * 86_400_000 })).toBe(false);
  expect(hunter.report()).toMatchObject({ flows: 3_000, refused: 1 });
  expect(hunter.forget(first.at)).toBe(0);
  const pairs = hunter.report().pairs;
  expect(hunter.forget(first.at + 86_400_000)).toBe(pairs);
  expect(hunter.report().pairs).toBe(0);
});
