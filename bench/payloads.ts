import { classifyPayload } from '@aegis/analyze';
import {
  type Corpus,
  corpora,
  corporaPresent,
  isHeldOut,
  type Payload,
  saysSomething,
} from './payload-corpora.ts';
import type { Bench, Result } from './result.ts';

/** Published for ModSecurity with CRS 4.28: recall at PL2, false positives at PL1. */
const GOAL_RECALL = 97;
const GOAL_FALSE_POSITIVES = { easy: 0, hard: 10.8 } as const;
const GOAL_RATE = 20_000;

/**
 * Speed on payloads seen once, then recall and false positives on the half of the lists no rule was written on.
 * It takes seconds: there is no smaller form.
 */
export const bench: Bench = async () => {
  if (!corporaPresent()) {
    process.stdout.write('skipped: ../shared/data is not here\n');
    return [{ ...rate(null), why: '../shared/data is not here' }];
  }
  const all = corpora();
  const speed = rate(payloadsPerSecond(all));
  process.stdout.write(`${'class'.padEnd(24)} payloads   seen  every line   seen\n`);
  return [speed, ...all.map(measured)];
};

function rate(value: number | null): Result {
  return { name: 'classify_unseen', unit: 'payloads/s', better: 'higher', value, goal: GOAL_RATE };
}

/** Each distinct text once, from a cold start, by the CPU time of the whole process. */
function payloadsPerSecond(all: readonly Corpus[]): number {
  const unseen = new Map(all.flatMap(({ payloads }) => payloads).map((payload) => [payload.text, payload]));
  const before = process.cpuUsage();
  for (const payload of unseen.values()) isFound(payload);
  const { user, system } = process.cpuUsage(before);
  return Math.round(unseen.size / ((user + system) / 1e6));
}

function isFound({ text, part }: Payload): boolean {
  return classifyPayload(text, { place: 'query', part }).length > 0;
}

function measured({ name, payloads }: Corpus): Result {
  const held = payloads.filter(isHeldOut);
  const benign = name === 'easy' || name === 'hard';
  const counted = benign ? held : held.filter(saysSomething);
  const value = percent(counted);
  process.stdout.write(
    `${name.padEnd(24)} ${String(counted.length).padStart(8)} ${value.toFixed(1).padStart(6)} ` +
      `${String(held.length).padStart(11)} ${percent(held).toFixed(1).padStart(6)}\n`,
  );
  return benign
    ? {
        name: `false_positive_${name}`,
        unit: '%',
        better: 'lower',
        value,
        goal: GOAL_FALSE_POSITIVES[name],
      }
    : { name: `recall_${name}`, unit: '%', better: 'higher', value, goal: GOAL_RECALL };
}

function percent(payloads: readonly Payload[]): number {
  const found = payloads.filter(isFound).length;
  return Math.round((1_000 * 100 * found) / Math.max(1, payloads.length)) / 1_000;
}
