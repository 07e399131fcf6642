import { afterEach, expect, test } from 'vitest';
import {
  ALICE,
  BEGINNING,
  type DecisionFixture,
  MINUTE,
  openDecisions,
  proposed,
  wish,
} from './decision-fixture.ts';

const opened: DecisionFixture[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

async function openFor(maxInForce: number): Promise<DecisionFixture> {
  const fixture = await openDecisions({ maxInForce });
  opened.push(fixture);
  return fixture;
}

const banFor = (value: string, minutes: number) =>
  proposed(BEGINNING, { value, durationMs: minutes * MINUTE, key: value });

test('the own detection that ends soonest gives way to a new one, and the ledger says why', async () => {
  const fixture = await openFor(2);
  const { service, ledger } = fixture;
  await service.propose([banFor('192.0.2.1', 30), banFor('192.0.2.2', 20)]);
  await service.propose([banFor('192.0.2.3', 10)]);
  expect(fixture.inForce()).toEqual(['ban 192.0.2.1 until +30 min', 'ban 192.0.2.3 until +10 min']);
  const [yielded] = (await ledger.decisions({ limit: 1, value: '192.0.2.2' })).decisions;
  expect(yielded?.lifted).toEqual({
    at: BEGINNING,
    by: 'node',
    reason: 'gave way to newer ones: decisions.max_in_force, 2, is reached',
  });
});

test('a flood of addresses leaves the newest in force, and what others decided untouched', async () => {
  const fixture = await openFor(10);
  const { service, engine } = fixture;
  const kept = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
  await service.add(
    kept.map((value) => wish({ value, durationMs: MINUTE, origin: 'import' })),
    ALICE,
  );
  for (let n = 0; n < 100; n++) await service.propose([banFor(`2001:db8::${n.toString(16)}`, 60 + n)]);
  await service.propose([banFor('198.51.101.1', 200)]);
  expect(engine.size).toBe(10);
  const values = [...engine.decisions()].map(({ value }) => value);
  expect(values).toEqual(expect.arrayContaining([...kept, '198.51.101.1', '2001:db8::63']));
});

test('a batch larger than the room keeps to the bound', async () => {
  const fixture = await openFor(3);
  await fixture.service.propose(Array.from({ length: 8 }, (_, n) => banFor(`192.0.2.${n + 1}`, 10 + n)));
  expect(fixture.engine.size).toBe(3);
  const { values } = await fixture.metrics.proposalsRefused.get();
  expect(values).toEqual([{ labels: { reason: 'full' }, value: 5 }]);
});

test('what the plan itself extends or replaces does not give way to it', async () => {
  const fixture = await openFor(2);
  const { service, clock } = fixture;
  await service.propose([banFor('192.0.2.1', 10), banFor('192.0.2.2', 20)]);
  clock.advance(MINUTE);
  const extending = proposed(clock.now(), { value: '192.0.2.1', durationMs: 10 * MINUTE, key: 'again' });
  await service.propose([extending, banFor('192.0.2.3', 60)]);
  const values = [...fixture.engine.decisions()].map(({ value }) => value).sort();
  expect(values).toEqual(['192.0.2.1', '192.0.2.3']);
  const inLedger = (await fixture.ledger.decisionsInForce(clock.now())).map(({ value }) => value).sort();
  expect(inLedger).toEqual(values);
});

test('replacing needs no room', async () => {
  const fixture = await openFor(1);
  const { service } = fixture;
  await service.propose([proposed(BEGINNING, { action: 'throttle', durationMs: MINUTE })]);
  await service.propose([proposed(BEGINNING, { durationMs: 2 * MINUTE })]);
  expect(fixture.inForce()).toEqual(['ban 192.0.2.1 until +2 min']);
});
