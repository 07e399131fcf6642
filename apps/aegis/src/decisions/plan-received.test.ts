import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BEGINNING, type DecisionFixture, MINUTE, openDecisions, wish } from './decision-fixture.ts';
import type { ReceivedStep } from './plan-received.ts';

function step(changes: Partial<ReceivedStep> & { readonly value?: string } = {}): ReceivedStep {
  const { value = '192.0.2.1', ...rest } = changes;
  const id = `of-${value}`;
  return {
    ...{ node: 'b', step: 'made', id: `made:${id}`, at: BEGINNING, by: 'alice', reason: 'why' },
    decision: {
      ...{ id, scope: 'ip', value, action: 'ban', reason: 'SQL injection', origin: 'aegis', source: 'rule' },
      ...{ weight: 5, created: BEGINNING, expires: BEGINNING + 60 * MINUTE },
    },
    ...rest,
  };
}

async function onANode(work: (fixture: DecisionFixture) => Promise<void>): Promise<void> {
  const fixture = await openDecisions();
  try {
    await work(fixture);
  } finally {
    await fixture.close();
  }
}

test('a decision of another node is in the ledger and in force, in its name and with no more weight than ours', () =>
  onANode(async ({ service, engine, ledger }) => {
    expect(await service.receive([step()])).toEqual([]);
    const mine = { origin: 'mesh:b', source: 'aegis: rule', weight: 1 };
    expect(engine.get('of-192.0.2.1')).toMatchObject(mine);
    expect(await ledger.decisionsInForce(BEGINNING)).toMatchObject([mine]);
    expect(await ledger.decisionHistory('of-192.0.2.1')).toMatchObject([{ by: 'mesh:b/alice' }]);
  }));

test.each([
  ['protected', step({ value: '198.51.100.1' })],
  ['protected', step({ value: '203.0.113.7' })],
  ['protected', step({ value: '127.0.0.1' })],
  ['over', step({ decision: { ...step().decision, expires: BEGINNING } })],
  ['bad_value', step({ decision: { ...step().decision, value: 'nonsense' } })],
])('what is %s is refused and leaves nothing', (kind, received) =>
  onANode(async ({ service, engine, ledger }) => {
    expect(await service.receive([received])).toMatchObject([{ kind, node: 'b' }]);
    expect(engine.size).toBe(0);
    expect(await ledger.decisionsInForce(0)).toEqual([]);
  }),
);

test('an own decision is lifted by another node, and one that was lifted does not come back', () =>
  onANode(async ({ service, engine }) => {
    const [added] = await service.add([wish()], { name: 'alice', from: 'local' });
    if (added?.ok !== true) throw new Error('not added');
    const lifted = step({ step: 'lifted', id: `lifted:${added.value.id}`, decision: added.value });
    await service.receive([lifted]);
    expect(engine.size).toBe(0);
    await service.receive([step({ decision: added.value, id: `made:${added.value.id}` })]);
    expect(engine.size).toBe(0);
  }));

test('steps in any order, in parts and again come to the same, in the engine as in the ledger', async () => {
  const values = ['192.0.2.1', '192.0.2.2'];
  const steps = values.flatMap((value) => {
    const made = step({ value });
    const longer = { ...made.decision, expires: BEGINNING + 120 * MINUTE };
    const extended = step({ value, step: 'extended', id: `e:${value}`, at: BEGINNING + 1, decision: longer });
    const lifted = step({ value, step: 'lifted', id: `l:${value}`, at: BEGINNING + 2, decision: longer });
    return value === values[0] ? [made, extended] : [made, extended, lifted];
  });
  const once = fc.shuffledSubarray(steps, { minLength: steps.length });
  const again = fc.shuffledSubarray(steps);
  await fc.assert(
    fc.asyncProperty(once, again, fc.integer({ min: 1, max: 5 }), (first, second, size) =>
      onANode(async ({ service, engine, ledger }) => {
        const all = [...first, ...second];
        for (let i = 0; i < all.length; i += size) await service.receive(all.slice(i, i + size));
        const ends = [...engine.decisions()].map(({ value, expires }) => [value, expires]);
        expect(ends).toEqual([['192.0.2.1', BEGINNING + 120 * MINUTE]]);
        const kept = await ledger.decisionsInForce(BEGINNING + 3);
        expect(kept.map(({ value, expires }) => [value, expires])).toEqual(ends);
      }),
    ),
    { numRuns: 20 },
  );
});
