import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Prefix, type PrefixParts, seededRandom } from '@aegis/model';
import { expect, test } from 'vitest';
import { PrefixTable } from './prefix-table.ts';

/**
 * Threads look up what another thread inserts, lets expire and reloads; every answer that was given while the
 * address's own prefixes stood still is held against a book that the writer keeps beside the table. It lasts
 * AEGIS_SOAK_SECONDS, 10 where that is not set; `AEGIS_SOAK_SECONDS=600 npm run test:unit -- soak` is the long form.
 */
const SECONDS = Number(process.env.AEGIS_SOAK_SECONDS ?? 10);
const SEED = 20_261_122;
const READERS = 2;
const NETS = 2_048;
const LENGTHS = { 4: [16, 18, 22, 24, 28, 32], 6: [32, 40, 48, 56, 64, 96, 128] } as const;
/** Prefixes that nobody asks about: enough for guides to come, grow and go. */
const MOST_NOISE = 150_000;

interface Report {
  readonly asked: number;
  readonly judged: number;
  readonly wrong: readonly string[];
}

/** One address and the values of the prefixes around it, by length: the longest one's is the right answer. */
interface Net {
  readonly family: 4 | 6;
  readonly words: readonly [number, number, number, number];
  readonly held: Map<number, number>;
}

function partsOf({ family, words }: Net, length: number): PrefixParts {
  const parsed = Prefix.parse(`${Prefix.format({ family, words, length: 0 }).split('/')[0]}/${length}`);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return Prefix.parts(parsed.value);
}

function answerOf({ held }: Net): number {
  return held.size === 0 ? -1 : (held.get(Math.max(...held.keys())) as number);
}

test(`${READERS} threads are never told a wrong answer in ${SECONDS} s (seed ${SEED})`, {
  timeout: (SECONDS + 60) * 1000,
}, async () => {
  const random = seededRandom(SEED);
  const below = (limit: number): number => Math.floor(random.next() * limit);
  const table = PrefixTable.shared({ random: seededRandom(SEED + 1), mostBytes: 1 << 29 });
  // Each address has a /16 or a /32 to itself.
  const nets = Array.from({ length: NETS }, (_, i): Net => {
    const [a, b, c] = [below(0x1_0000), below(0x1_0000_0000), below(0x1_0000_0000)];
    return i % 2 === 0
      ? { family: 4, words: [0x0b00_0000 + i * 0x8000 + a, 0, 0, 0], held: new Map() }
      : { family: 6, words: [0x2001_0000 + i, b, c, a], held: new Map() };
  });
  const book = new SharedArrayBuffer(NETS * 8);
  const right = new Int32Array(book);
  for (let i = 0; i < NETS; i++) right[i * 2 + 1] = -1;

  const stop = new SharedArrayBuffer(4);
  const addresses = Uint32Array.from(nets.flatMap(({ words }) => words));
  const families = Uint8Array.from(nets, ({ family }) => family);
  const workers = Array.from({ length: READERS }, (_, i) => {
    const workerData = { buffer: table.buffer, stop, book, seed: SEED + 2 + i, addresses, families };
    return new Worker(new URL('./testing/soak-reader.ts', import.meta.url), { workerData });
  });
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const reports = workers.map(async (worker) => (await once(worker, 'message'))[0] as Report);

  /** Opens the book of an address, makes the change, and closes it again. */
  const change = (i: number, make: (net: Net) => void): void => {
    const net = nets[i] as Net;
    Atomics.add(right, i * 2, 1);
    make(net);
    Atomics.store(right, i * 2 + 1, answerOf(net));
    Atomics.add(right, i * 2, 1);
  };
  const turn = (i: number): void => {
    const { family } = nets[i] as Net;
    const length = LENGTHS[family][below(LENGTHS[family].length)] as number;
    change(i, (net) => {
      const parts = partsOf(net, length);
      if (net.held.delete(length)) table.delete(parts);
      else {
        const value = below(1_000_000);
        table.insert(parts, value);
        net.held.set(length, value);
      }
    });
  };
  const reload = (): void => {
    const next = table.successor();
    const renewed = nets.map((net) => {
      const held = new Map([...net.held.keys()].map((length) => [length, below(1_000_000)]));
      for (const [length, value] of held) next.insert(partsOf(net, length), value);
      return held;
    });
    for (let i = 0; i < NETS; i++) Atomics.add(right, i * 2, 1);
    table.succeed();
    for (const [i, net] of nets.entries()) {
      for (const [length, value] of renewed[i] as Map<number, number>) net.held.set(length, value);
      Atomics.store(right, i * 2 + 1, answerOf(net));
      Atomics.add(right, i * 2, 1);
    }
  };

  const noise: number[] = [];
  const putNoise = (count: number): void => {
    for (let i = 0; i < count; i++) {
      const word = 0x6000_0000 + below(0x1000_0000);
      noise.push(word);
      table.insert({ family: 4, words: [word, 0, 0, 0], length: 32 }, 1);
    }
  };
  const end = performance.now() + SECONDS * 1000;
  let changes = 0;
  let reloads = 0;
  for (let round = 0; performance.now() < end || reloads === 0; round++) {
    for (let i = 0; i < 2_000; i++, changes++) turn(below(NETS));
    if (round % 12 < 8 && noise.length < MOST_NOISE) putNoise(20_000);
    else {
      for (const word of noise.splice(-40_000))
        table.delete({ family: 4, words: [word, 0, 0, 0], length: 32 });
    }
    if (round % 12 === 11) {
      reload();
      reloads++;
      noise.length = 0;
    }
    await setImmediate();
  }
  Atomics.store(new Int32Array(stop), 0, 1);
  const told = await Promise.all(reports);
  const judged = told.reduce((sum, report) => sum + report.judged, 0);
  process.stdout.write(`${judged} answers judged over ${changes} changes and ${reloads} reloads\n`);
  for (const { wrong } of told) expect(wrong).toEqual([]);
  for (const report of told) expect(report.judged).toBeGreaterThan(report.asked / 10);
  expect(reloads).toBeGreaterThan(0);
});
