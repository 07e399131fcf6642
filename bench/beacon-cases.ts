import { beaconOf, beaconTimes, pairSuspicion } from '@aegis/hunt';
import { type Random, seededRandom } from '@aegis/model';
import { type RitaPair, ritaScore } from './rita-score.ts';
import { areaUnderCurve, recallAt } from './roc.ts';

const MINUTE = 60_000;

export interface Scored {
  readonly auc: number;
  /** At one false positive in a hundred. */
  readonly recall: number;
}

export interface Comparison {
  readonly ours: Scored;
  readonly rita: Scored;
}

/**
 * Beacons of one age and jitter against people's and chance's traffic of the same age; both scores see the same
 * pairs. Periods are such that ten gaps or more fit, up to half an hour; some calls are lost, some are bursts.
 */
export function compareBeacons(minutes: number, jitter: number, pairs: number, seed: number): Comparison {
  const random = seededRandom(seed);
  const longest = Math.min(30, minutes / 12);
  const positives = Array.from({ length: pairs }, (): RitaPair => {
    const periodMs = MINUTE * Math.exp(between(Math.log(longest / 3), Math.log(longest), random));
    const burst = random.next() < 0.2 ? 3 : 1;
    const loss = 0.1 * random.next();
    const times = beaconTimes({ periodMs, jitter, loss, burst }, 0, minutes * MINUTE, random);
    return { times, sizes: sizesOf(times, random), from: 0, to: minutes * MINUTE };
  });
  const negatives = Array.from({ length: pairs * 2 }, (_, i): RitaPair => {
    const times = i % 2 === 0 ? visits(minutes, random) : chance(minutes, longest, random);
    return {
      times,
      sizes: sizesOf(times, random),
      from: 0,
      to: minutes * MINUTE,
    };
  });
  const score = (of: (pair: RitaPair) => number): Scored => {
    const [good, bad] = [positives.map(of), negatives.map(of)];
    return { auc: areaUnderCurve(good, bad), recall: recallAt(0.01, good, bad) };
  };
  return { ours: score(suspicion), rita: score(ritaScore) };
}

/** What the hunt makes of the pair by itself: gaps and sizes, as RITA; nothing of who else calls the server. */
function suspicion({ times, sizes }: RitaPair): number {
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  const spread = Math.sqrt(sizes.reduce((sum, size) => sum + (size - mean) ** 2, 0) / sizes.length);
  return pairSuspicion(beaconOf(times), { flows: times.length, sentMean: mean, sentSpread: spread });
}

/** Percent of Poisson processes of 8 to 257 times that are taken for a heartbeat (5 nats). */
export function poissonFalsePositives(runs: number, seed: number): number {
  const random = seededRandom(seed);
  let found = 0;
  for (let run = 0; run < runs; run++) {
    let at = 0;
    const times = Array.from({ length: 8 + (run % 250) }, () => {
      at += exponential(random) * MINUTE;
      return at;
    });
    if ((beaconOf(times)?.evidence ?? 0) > 5) found++;
  }
  return (100 * found) / runs;
}

/** Of beacons and of others alike, so that gaps alone can tell them apart: of half the pairs all within a tenth. */
function sizesOf(times: readonly number[], random: Random): readonly number[] {
  const alike = random.next() < 0.5;
  return times.map(() => (alike ? 240 + 24 * random.next() : 300 + 1_500 * exponential(random)));
}

/** A person's pages: log-normal pauses in sessions. */
function visits(minutes: number, random: Random): readonly number[] {
  const times: number[] = [];
  const to = minutes * MINUTE;
  for (let at = random.next() * 0.2 * to; at < to; at += exponential(random) * 0.15 * to)
    for (let page = 0; page < 6 && at < to; page++) {
      times.push(at);
      at += Math.exp(2.5 + 1.4 * normal(random)) * 1_000;
    }
  return times;
}

function chance(minutes: number, longest: number, random: Random): readonly number[] {
  const times: number[] = [];
  const mean = MINUTE * longest * between(0.3, 1, random);
  for (let at = 0; at < minutes * MINUTE; at += exponential(random) * mean) times.push(at);
  return times;
}

function between(low: number, high: number, random: Random): number {
  return low + (high - low) * random.next();
}

function exponential(random: Random): number {
  return -Math.log(1 - random.next());
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
