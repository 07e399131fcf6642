import type { Decision } from '@aegis/model';
import type { DecisionEvent } from '@aegis/ports';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openDecisions } from './decision-fixture.ts';
import { decisionIdOf, extendedStep, liftedStep, madeStep, standingAfter } from './decision-step.ts';

const decision: Decision = {
  id: 'd',
  scope: 'ip',
  value: '192.0.2.1',
  action: 'ban',
  reason: 'r',
  origin: 'aegis',
  source: 's',
  weight: 1,
  created: 1_000,
  expires: 2_000,
};
const signed = (at: number) => ({ by: 'node', at });

test('the id of a key is always the same, and short enough for a decision', () => {
  expect(decisionIdOf('k')).toBe(decisionIdOf('k'));
  expect(decisionIdOf('k')).toMatch(/^[0-9a-f]{32}$/);
  expect(decisionIdOf('k')).not.toBe(decisionIdOf('l'));
});

test('steps with the same cause have the same id, so that the ledger takes them once', () => {
  const { event } = extendedStep({ ...decision, expires: 3_000 }, 'k', 'again', signed(1_500));
  expect(event.id).toBe(extendedStep({ ...decision, expires: 9_000 }, 'k', 'x', signed(1_600)).event.id);
  expect(event.id).not.toBe(extendedStep(decision, 'l', 'again', signed(1_500)).event.id);
  expect(liftedStep(decision, 'a', signed(1)).event.id).toBe(liftedStep(decision, 'b', signed(2)).event.id);
});

test('what comes after the end changes nothing', () => {
  const made = madeStep(decision, signed(1_000)).event;
  const lifted = liftedStep(decision, 'mistake', signed(1_500)).event;
  const extended = (at: number): DecisionEvent =>
    extendedStep({ ...decision, expires: 5_000 }, `at ${at}`, 'again', signed(at)).event;
  expect(standingAfter([])).toBeUndefined();
  expect(standingAfter([made, extended(1_400), lifted, extended(1_600)])).toEqual({
    decision: { ...decision, expires: 5_000 },
    lifted: { at: 1_500, by: 'node', reason: 'mistake' },
  });
  expect(standingAfter([made, extended(2_000), liftedStep(decision, 'late', signed(2_100)).event])).toEqual({
    decision,
  });
});

test('it agrees with the ledger on every history', async () => {
  const fixture = await openDecisions();
  const step = fc.record({
    kind: fc.constantFrom('extended', 'lifted'),
    at: fc.integer({ min: 900, max: 3_000 }),
    expires: fc.integer({ min: 900, max: 4_000 }),
  });
  let run = 0;
  const property = fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
    const own = { ...decision, id: `d${run++}` };
    const events = steps.map(({ kind, at, expires }, index) =>
      kind === 'lifted'
        ? liftedStep(own, 'x', signed(at)).event
        : extendedStep({ ...own, expires }, `${index}`, 'x', signed(at)).event,
    );
    await fixture.ledger.appendDecisions([madeStep(own, signed(1_000)).event, ...events]);
    const standing = standingAfter(await fixture.ledger.decisionHistory(own.id));
    const page = await fixture.ledger.decisions({ limit: 1_000 });
    const theirs = page.decisions.find((each) => each.decision.id === own.id);
    expect(standing?.decision).toEqual(theirs?.decision);
    expect(standing?.lifted?.reason).toEqual(theirs?.lifted?.reason);
  });
  await fc.assert(property, { numRuns: 200 });
  await fixture.close();
});
