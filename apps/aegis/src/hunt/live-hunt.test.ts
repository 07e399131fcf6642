import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FLOW_CSV_HEADER, flowCsvLine, syntheticTraffic } from '@aegis/hunt';
import { ManualClock, type Prefix, seededRandom } from '@aegis/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LiveHunt } from './live-hunt.ts';

const FROM = Date.UTC(2026, 9, 27);
const HOUR = 3_600_000;
const lines = [
  ...syntheticTraffic({
    seed: 7,
    from: FROM,
    hours: 3,
    hosts: 60,
    bots: 5,
    servers: 1,
    beacon: { periodMs: 120_000, jitter: 0.2 },
  }),
].map(flowCsvLine);

let folder: string;
let clock: ManualClock;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-hunt-'));
  clock = new ManualClock(FROM + 3 * HOUR);
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(allowed: readonly Prefix[] = []): LiveHunt {
  return new LiveHunt({ folder, windowMs: 24 * HOUR, allowed, clock, random: seededRandom(1) });
}

function text(rows: readonly string[]): string {
  return `${[FLOW_CSV_HEADER, ...rows].join('\n')}\n`;
}

test('a server is told of once, and again when its bots have doubled', () => {
  const hunt = open();
  expect(hunt.take(text(lines))).toMatchObject({ ok: true, value: { taken: lines.length, faultCount: 0 } });
  const [found, ...others] = hunt.look();
  expect(others).toEqual([]);
  expect(found).toMatchObject({ port: 443 });
  expect(found?.bots).toHaveLength(5);
  expect(hunt.look()).toEqual([]);
  const more = lines.filter((line) => line.includes(`,${found?.address},`));
  for (const client of [101, 102, 103, 104, 105])
    hunt.take(text(more.map((line) => line.replace(/10\.\d+\.\d+\.\d+/, `10.9.0.${client}`))));
  expect(hunt.look().map(({ address }) => address)).toEqual([found?.address]);
  hunt.close();
});

test('what is allowed is never told', () => {
  const hunt = open(['0.0.0.0/0' as Prefix]);
  hunt.take(text(lines));
  expect(hunt.look()).toEqual([]);
  expect(hunt.report?.candidates[0]?.score).toBeGreaterThan(80);
  hunt.close();
});

test('wrong lines are named and the others taken; a text of nothing is refused', () => {
  const hunt = open();
  const [first = '', second = ''] = lines;
  const taken = hunt.take(text([first, 'x,y', second]));
  expect(taken).toMatchObject({ ok: true, value: { taken: 2, faultCount: 1, faults: [{ line: 3 }] } });
  expect(hunt.take('roses are red\n')).toMatchObject({ ok: false, error: /no format of flows fits/ });
  expect(hunt.take('')).toMatchObject({ ok: false });
  hunt.close();
});

test('a flow from the future is refused, so that one wrong clock does not make it forget', () => {
  const hunt = open();
  hunt.take(text(lines));
  clock.advance(HOUR / 2);
  const ahead = (lines[0] ?? '').replace(/^[\d.]+/, String((FROM + 20 * 24 * HOUR) / 1_000));
  expect(hunt.take(text([ahead]))).toMatchObject({ ok: true, value: { taken: 0, refused: 1 } });
  expect(hunt.look()).toHaveLength(1);
  hunt.close();
});

test('killed at any moment it knows every flow that was acknowledged, once', () => {
  const piece = Math.ceil(lines.length / 5);
  const pieces = [0, 1, 2, 3, 4].map((n) => text(lines.slice(n * piece, (n + 1) * piece)));
  // None of these is closed: that is what a kill leaves.
  for (const [n, each] of pieces.entries()) {
    const hunt = open();
    expect(hunt.flows).toBe(n * piece);
    hunt.take(each);
    if (n === 2) hunt.save();
  }
  const log = readdirSync(folder).find((name) => name.startsWith('flows-')) ?? '';
  appendFileSync(join(folder, log), Buffer.from([200, 0, 0, 0, 55, 255, 255, 255, 2, 49, 55]));
  const hunt = open();
  expect(hunt.flows).toBe(lines.length);
  expect(hunt.look().map(({ bots }) => bots.length)).toEqual([5]);
  hunt.close();
  expect(readdirSync(folder).sort()).toEqual(['flows-2.log', 'hunt-2.snapshot']);
});

test('what was written after a torn end is not lost', () => {
  const [first = '', second = '', third = ''] = lines;
  open().take(text([first]));
  appendFileSync(join(folder, 'flows-0.log'), Buffer.from([9, 9, 9]));
  open().take(text([second]));
  const hunt = open();
  expect(hunt.flows).toBe(2);
  hunt.take(text([third]));
  hunt.close();
  const again = open();
  expect(again.flows).toBe(3);
  again.close();
});
