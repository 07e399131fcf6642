import { existsSync, readFileSync } from 'node:fs';
import { seededRandom } from '@aegis/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forecastStage, stageBaseRate, stageProbability } from './forecast-stage.ts';
import { countStages, mergeStageCounts, stepsOf } from './stage-counts.ts';

const step = fc.tuple(
  fc.constantFrom('a', 'b', 'c', '__proto__'),
  fc.constantFrom('a', 'b', 'd'),
  fc.integer({ min: 1, max: 50 }),
);
const steps = fc.array(step, { maxLength: 30 });

test('nodes that learned apart know the same as one that learned it all, in any order', () => {
  fc.assert(
    fc.property(steps, steps, steps, (a, b, c) => {
      const sorted = (counts: ReturnType<typeof countStages>) => stepsOf(counts).map(String).sort();
      const one = sorted(countStages([...a, ...b, ...c]));
      const merged = mergeStageCounts(countStages(c), mergeStageCounts(countStages(b), countStages(a)));
      expect(sorted(merged)).toEqual(one);
    }),
  );
});

test('the probabilities and the share of the unknown add up to 1', () => {
  fc.assert(
    fc.property(steps, (some) => {
      const counts = countStages(some);
      for (const from of ['a', 'd', 'never']) {
        const { probabilities } = forecastStage(counts, from);
        const total = probabilities.reduce((sum, { probability }) => sum + probability, 0);
        expect(total + stageProbability(counts, from, 'unheard of')).toBeCloseTo(1, 9);
      }
    }),
  );
});

describe('a prediction', () => {
  test('where the present stage tells the next', () => {
    const counts = countStages([
      ['scan', 'exploit', 60],
      ['exploit', 'scan', 30],
      ['exploit', 'exfiltrate', 30],
    ]);
    expect(forecastStage(counts, 'scan')).toMatchObject({ prediction: 'exploit', seen: 60 });
  });

  test('none where it tells nothing, or too little was seen', () => {
    const random = seededRandom(11);
    const pick = (): string => `s${Math.floor(random.next() * 8)}`;
    const chance = countStages(Array.from({ length: 2_000 }, () => [pick(), pick(), 1] as const));
    const predicted = [...chance.keys()].filter(
      (from) => forecastStage(chance, from).prediction !== undefined,
    );
    expect(predicted.length).toBeLessThanOrEqual(2);
    const few = countStages([['scan', 'exploit', 3]]);
    expect(forecastStage(few, 'scan').prediction).toBeUndefined();
    expect(forecastStage(countStages([]), 'scan')).toEqual({ probabilities: [], gainBits: 0, seen: 0 });
  });
});

test('made-up stages are bounded', () => {
  const counts = countStages(Array.from({ length: 5_000 }, (_, i) => [`x${i}`, `y${i}`, 1] as const));
  expect(counts.size).toBeLessThanOrEqual(64);
});

const DATA = new URL('../../../../../shared/data/sequences/attack-flow-transitions.json', import.meta.url);

test.runIf(existsSync(DATA))('on published attack flows it is better than the base rates', () => {
  const all = JSON.parse(readFileSync(DATA, 'utf8')) as readonly [string, string, number][];
  const random = seededRandom(5);
  const single = all.flatMap(([from, to, count]) =>
    Array.from({ length: count }, () => [from, to, random.next()] as const),
  );
  let [chain, marginal] = [0, 0];
  for (let fold = 0; fold < 5; fold++) {
    const isTest = (place: number): boolean => Math.floor(place * 5) === fold;
    const counts = countStages(
      single.filter(([, , place]) => !isTest(place)).map(([from, to]) => [from, to, 1]),
    );
    for (const [from, to, place] of single) {
      if (!isTest(place)) continue;
      chain -= Math.log2(stageProbability(counts, from, to));
      marginal -= Math.log2(stageBaseRate(counts, to));
    }
  }
  expect(chain / single.length).toBeLessThan(marginal / single.length);
});
