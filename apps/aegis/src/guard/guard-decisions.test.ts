import type { GuardEvent } from '@aegis/guard';
import { silentLogger } from '@aegis/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  ALICE,
  BEGINNING,
  type DecisionFixture,
  MINUTE,
  openDecisions,
} from '../decisions/decision-fixture.ts';
import { decidedBy, GuardDecisions } from './guard-decisions.ts';

let fixture: DecisionFixture;
let shared: GuardDecisions;

beforeEach(async () => {
  fixture = await openDecisions();
  shared = new GuardDecisions({ decisions: fixture.service, clock: fixture.clock, logger: silentLogger });
});

afterEach(() => fixture.close());

type Transition = Extract<GuardEvent, { kind: 'transition' }>;

function transition(change: Partial<Transition>): GuardEvent {
  return {
    ...{ kind: 'transition', user: 'mallory', from: 'normal', to: 'disconnected', reason: 'spam' },
    ...{ at: BEGINNING, until: BEGINNING + 30 * MINUTE, enforced: true, ...change },
  };
}

const ban = (address: string): GuardEvent => ({
  kind: 'ip_ban',
  ban: { address, kind: 'temporary', from: BEGINNING, until: BEGINNING + 30 * MINUTE, users: 3 },
  enforced: true,
});

async function after(...events: readonly GuardEvent[]): Promise<readonly string[]> {
  for (const event of events) shared.take(event);
  await shared.idle();
  return fixture.inForce();
}

test('a disconnected client is banned everywhere, a shadow-banned one shadowed, others are left alone', async () => {
  expect(await after(transition({}))).toEqual(['ban mallory until +30 min']);
  expect(await after(transition({ to: 'shadow_banned' }))).toEqual(['shadow mallory until +30 min']);
  expect(await after(transition({ to: 'throttled' }))).toEqual([]);
  expect(await after(transition({ to: 'write_disabled', user: 'bob' }))).toEqual([]);
});

test('what an operator lifts here is lifted everywhere, what expires is left to expire', async () => {
  await after(transition({}), ban('192.0.2.7'), ban('2001:db8:7::/64'));
  const sanctions = [
    'ban 192.0.2.7 until +30 min',
    'ban 2001:db8:7::/64 until +30 min',
    'ban mallory until +30 min',
  ];
  expect([...(await after())].sort()).toEqual(sanctions);
  await after(transition({ from: 'disconnected', to: 'normal', reason: 'expired' }));
  await after({ kind: 'ip_lift', address: '192.0.2.7', reason: 'expired' });
  expect([...(await after())].sort()).toEqual(sanctions);
  await after(transition({ from: 'disconnected', to: 'normal', reason: 'operator' }));
  await after({ kind: 'ip_lift', address: '192.0.2.7', reason: 'operator' });
  expect(await after({ kind: 'ip_lift', address: '2001:db8:7::/64', reason: 'operator' })).toEqual([]);
});

test('observe mode and cases share nothing, and the decisions of others are not lifted', async () => {
  expect(await after(transition({ enforced: false }))).toEqual([]);
  const wish = {
    scope: 'user',
    value: 'mallory',
    action: 'ban',
    durationMs: MINUTE,
    reason: 'by hand',
  } as const;
  await fixture.service.add([wish], ALICE);
  expect(await after(transition({ to: 'normal', reason: 'operator' }))).toEqual(['ban mallory until +1 min']);
});

test('a sanction without end is shared with one, and one that is over is not', async () => {
  const [endless] = await after(transition({ until: Number.POSITIVE_INFINITY }));
  expect(endless).toMatch(/^ban mallory until \+\d+ min$/);
  expect(await after(transition({ user: 'late', until: BEGINNING }))).toEqual([endless]);
});

test('what the mesh decided counts at the connection; a ban of an address by a guard not for known accounts', async () => {
  const decided = decidedBy(fixture.engine, fixture.clock);
  await after(ban('192.0.2.7'), transition({}));
  expect(decided({ address: '192.0.2.7' })).toMatchObject({ outcome: 'block' });
  expect(decided({ address: '192.0.2.7', user: 'ann' })).toBeUndefined();
  expect(decided({ address: '192.0.2.8', user: 'mallory' })).toMatchObject({ outcome: 'block' });
  expect(decided({ address: '192.0.2.8', user: 'ann' })).toBeUndefined();
  expect(decided({ user: 'mallory' })).toBeUndefined();
  const wish = {
    scope: 'ip',
    value: '192.0.2.9',
    action: 'ban',
    durationMs: MINUTE,
    reason: 'scan',
  } as const;
  await fixture.service.add([wish], ALICE);
  expect(decided({ address: '192.0.2.9', user: 'ann' })).toMatchObject({ outcome: 'block' });
});

test('a ledger that is away keeps a sanction on this node, and the next one is shared', async () => {
  const failing = new GuardDecisions({
    decisions: {
      list: fixture.service.list.bind(fixture.service),
      lift: fixture.service.lift.bind(fixture.service),
      get: fixture.service.get.bind(fixture.service),
      liftMatching: fixture.service.liftMatching.bind(fixture.service),
      onChange: fixture.service.onChange.bind(fixture.service),
      add: (wishes, actor) =>
        wishes[0]?.value === 'mallory'
          ? Promise.reject(new Error('away'))
          : fixture.service.add(wishes, actor),
    },
    clock: fixture.clock,
    logger: silentLogger,
  });
  failing.take(transition({}));
  failing.take(transition({ user: 'bob' }));
  await failing.idle();
  expect(fixture.inForce()).toEqual(['ban bob until +30 min']);
});
