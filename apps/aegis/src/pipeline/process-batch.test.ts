import { AegisError } from '@aegis/model';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import {
  attack,
  bruteForce,
  discard,
  openPipeline,
  type PipelineFixture,
  type PipelineFixtureOptions,
  type PipelineState,
  visit,
} from './pipeline-fixture.ts';

/** However busy the machine is. */
const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, 10_000);

const opened: PipelineFixture[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await discard(each);
});

async function open(options: PipelineFixtureOptions = {}): Promise<PipelineFixture> {
  const fixture = await openPipeline(options);
  opened.push(fixture);
  return fixture;
}

const SESSIONS = [attack(1), visit(2), bruteForce(3), attack(4), visit(5)];

async function withoutFault(options: PipelineFixtureOptions = {}): Promise<PipelineState> {
  const fixture = await openPipeline(options);
  await fixture.intake.accept(SESSIONS);
  await fixture.drain();
  const state = await fixture.state();
  await discard(fixture);
  return state;
}

let expected: PipelineState;
beforeAll(async () => {
  expected = await withoutFault();
});

test('sessions are stored, learned and decided', async () => {
  const { sessions, attackers, patterns, decisions } = expected;
  expect(sessions).toHaveLength(5);
  expect(attackers).toHaveLength(3);
  expect(patterns.length).toBeGreaterThan(0);
  expect(decisions).toEqual(
    expect.arrayContaining(
      ['198.18.0.1', '198.18.0.3', '198.18.0.4'].map((value) =>
        expect.objectContaining({ decision: expect.objectContaining({ value, action: 'ban' }) }),
      ),
    ),
  );
});

type Step = 'store' | 'learn' | 'propose' | 'ack';
const STEPS: readonly Step[] = ['store', 'learn', 'propose', 'ack'];
const MOMENTS = ['before', 'after'] as const;
const CASES = STEPS.flatMap((step) => MOMENTS.map((moment) => [moment, step] as const));

/** Makes the first call of a step fail, before or after its work is done. */
function failOnce(
  fixture: PipelineFixture,
  step: Step,
  moment: 'before' | 'after',
  fault: () => Error,
): { readonly failed: () => boolean } {
  let failed = false;
  const failing =
    <A extends readonly unknown[], R>(work: (...words: A) => Promise<R>) =>
    async (...words: A): Promise<R> => {
      if (!failed && moment === 'before') {
        failed = true;
        throw fault();
      }
      const result = await work(...words);
      if (!failed) {
        failed = true;
        throw fault();
      }
      return result;
    };
  const { archive, memory, steps, group } = fixture;
  if (step === 'store') archive.store = failing(archive.store.bind(archive));
  if (step === 'learn') memory.report = failing(memory.report.bind(memory));
  if (step === 'propose') steps.propose = failing(steps.propose.bind(steps));
  if (step === 'ack') group.ack = failing(group.ack.bind(group));
  return { failed: () => failed };
}

test.each(CASES)('a store that is away once %s %s leaves no trace', async (moment, step) => {
  const fixture = await open();
  const { failed } = failOnce(fixture, step, moment, () => new AegisError('archive_unavailable', 'away'));
  await fixture.intake.accept(SESSIONS);
  await fixture.drain();
  expect(failed()).toBe(true);
  expect(await fixture.state()).toEqual(expected);
});

test.each(CASES)('a defect that shows once %s %s leaves no trace', async (moment, step) => {
  const fixture = await open();
  const { failed } = failOnce(fixture, step, moment, () => new TypeError('x is not a function'));
  await fixture.intake.accept(SESSIONS);
  await fixture.drain();
  expect(failed()).toBe(true);
  expect(await fixture.state()).toEqual(expected);
});

test.each(CASES)(
  'a process that ends %s %s leaves no trace: the next one goes on at once',
  async (moment, step) => {
    const fixture = await open();
    const { failed } = failOnce(fixture, step, moment, () => {
      void fixture.worker.stop();
      return new AegisError('archive_unavailable', 'the process ends');
    });
    await fixture.intake.accept(SESSIONS);
    fixture.worker.start();
    await eventually(() => expect(failed()).toBe(true));
    await fixture.worker.stop();
    const { folder, clock } = fixture;
    opened.splice(opened.indexOf(fixture), 1);
    await fixture.abandon();
    const next = await open({ folder, clock });
    await next.drain();
    expect(await next.state()).toEqual(expected);
  },
);

test('what was stored counts once in the metrics, whatever fails after', async () => {
  const fixture = await open();
  failOnce(fixture, 'learn', 'before', () => new AegisError('memory_unavailable', 'away'));
  await fixture.intake.accept(SESSIONS);
  await fixture.drain();
  const { metrics } = fixture.decisions;
  const total = (await metrics.sessionsProcessed.get()).values.reduce((sum, { value }) => sum + value, 0);
  expect(total).toBe(5);
  expect((await metrics.sessionsDuplicate.get()).values[0]?.value).toBe(0);
});

test('another copy of a session changes nothing and is counted', async () => {
  const fixture = await open();
  await fixture.intake.accept(SESSIONS);
  await fixture.intake.accept([bruteForce(3), bruteForce(3), attack(1)]);
  await fixture.drain();
  expect(await fixture.state()).toEqual(expected);
  expect((await fixture.decisions.metrics.sessionsDuplicate.get()).values[0]?.value).toBe(3);
});

test('each session by itself gives the same as the batch together', async () => {
  expect(await withoutFault({ batchWrite: false })).toEqual(expected);
});

test('a session is judged again as it was judged first, though the memory knows it by then', async () => {
  const fixture = await open();
  let fail = true;
  const { propose } = fixture.steps;
  const keys: string[][] = [];
  fixture.steps.propose = async (proposals) => {
    keys.push(
      proposals.map(({ proposal }) => `${proposal.action} ${proposal.confidence} ${proposal.reason}`),
    );
    if (fail) {
      fail = false;
      throw new AegisError('ledger_unavailable', 'away');
    }
    await propose(proposals);
  };
  await fixture.intake.accept(SESSIONS);
  await fixture.drain();
  expect(keys).toHaveLength(2);
  expect(keys[1]).toEqual(keys[0]);
});
