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
 * Speed on payloads seen once, then recall and false positives on the half of the lists no rule was written on,
 * as the table of docs/payload-classification.md. It takes seconds: there is no smaller form.
 */
export const bench: Bench = async () => {
  if (!corporaPresent()) {
    process.stdout.write('skipped: ../shared/data is not here\n');
    const why = '../shared/data is not here';
    return [{ ...rate('classify_unseen', null), why }];
  }
  const all = corpora();
  const { cpu, wall } = payloadsPerSecond(all);
  process.stdout.write('| class | payloads | seen | every line | seen |\n|---|--:|--:|--:|--:|\n');
  const clock: Result = { name: 'classify_unseen_wall', unit: 'payloads/s', better: 'higher', value: wall };
  return [rate('classify_unseen', cpu), clock, ...all.map(measured)];
};

function rate(name: string, value: number | null): Result {
  return { name, unit: 'payloads/s', better: 'higher', value, goal: GOAL_RATE };
}

/**
 * Each distinct text once, from a cold start: by the CPU time of the whole process, compiler and collector
 * included, which other processes do not change, and by the clock, which they do.
 */
function payloadsPerSecond(all: readonly Corpus[]): { readonly cpu: number; readonly wall: number } {
  const unseen = new Map(all.flatMap(({ payloads }) => payloads).map((payload) => [payload.text, payload]));
  const began = performance.now();
  const before = process.cpuUsage();
  for (const payload of unseen.values()) isFound(payload);
  const { user, system } = process.cpuUsage(before);
  const wallSeconds = (performance.now() - began) / 1_000;
  return {
    cpu: Math.round(unseen.size / ((user + system) / 1e6)),
    wall: Math.round(unseen.size / wallSeconds),
  };
}

function isFound({ text, part }: Payload): boolean {
  return classifyPayload(text, { place: 'query', part }).length > 0;
}

function measured({ name, payloads }: Corpus): Result {
  const held = payloads.filter(isHeldOut);
  const benign = name === 'easy' || name === 'hard';
  const counted = benign ? held : held.filter(saysSomething);
  const value = percent(counted);
  const cells = [counted.length, `${value.toFixed(1)} %`, held.length, `${percent(held).toFixed(1)} %`];
  process.stdout.write(`| ${name} | ${cells.join(' | ')} |\n`);
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
