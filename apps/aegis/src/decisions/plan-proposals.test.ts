import { type Action, outcomeOf, type Proposal } from '@aegis/model';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { TimedProposal } from '../pipeline/timed-proposal.ts';
import {
  ALICE,
  BEGINNING,
  type DecisionFixture,
  type DecisionFixtureOptions,
  MINUTE,
  openDecisions,
  plainPolicy,
  proposed,
  wish,
} from './decision-fixture.ts';

const opened: DecisionFixture[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

async function open(options: DecisionFixtureOptions = {}): Promise<DecisionFixture> {
  const fixture = await openDecisions(options);
  opened.push(fixture);
  return fixture;
}

/** Proposes each by itself, in this order. */
async function propose({ service }: DecisionFixture, ...proposals: readonly TimedProposal[]): Promise<void> {
  for (const each of proposals) await service.propose([each]);
}

async function refusals({ metrics }: DecisionFixture): Promise<Readonly<Record<string, number>>> {
  const { values } = await metrics.proposalsRefused.get();
  return Object.fromEntries(values.map(({ labels, value }) => [String(labels.reason), value]));
}

const throttle = { action: 'throttle', durationMs: 60 * MINUTE, confidence: 99 } as const;
const captcha = { action: 'captcha', durationMs: 120 * MINUTE, confidence: 99 } as const;
const ban = { action: 'ban', durationMs: 240 * MINUTE, confidence: 60 } as const;

test('a graver decision takes the place of milder ones that end no later', async () => {
  const fixture = await open();
  await propose(
    fixture,
    proposed(BEGINNING, throttle),
    proposed(BEGINNING, captcha),
    proposed(BEGINNING, ban),
  );
  expect(fixture.inForce()).toEqual(['ban 192.0.2.1 until +240 min']);
  const kept = await fixture.ledger.decisions({ limit: 10 });
  expect(kept.decisions.map(({ decision, lifted }) => [decision.action, lifted?.reason])).toEqual(
    expect.arrayContaining([
      ['ban', undefined],
      ['captcha', expect.stringMatching(/^superseded by /)],
      ['throttle', expect.stringMatching(/^superseded by /)],
    ]),
  );
});

test('a milder one changes nothing while a graver one lasts as long, however sure it is', async () => {
  const fixture = await open();
  await propose(
    fixture,
    proposed(BEGINNING, ban),
    proposed(BEGINNING, captcha),
    proposed(BEGINNING, throttle),
  );
  expect(fixture.inForce()).toEqual(['ban 192.0.2.1 until +240 min']);
  expect(await refusals(fixture)).toEqual({ covered: 2 });
});

test.each([
  ['the short ban comes second', [captcha, { ...ban, durationMs: 10 * MINUTE }]],
  ['the short ban comes first', [{ ...ban, durationMs: 10 * MINUTE }, captcha]],
] as const)('whoever is banned for a short time is no freer after it: %s', async (_, changes) => {
  const fixture = await open();
  for (const each of changes) {
    await propose(fixture, proposed(fixture.clock.now(), each));
    fixture.clock.advance(5 * MINUTE);
  }
  const outcome = (): string => fixture.engine.check({ address: '192.0.2.1' }, fixture.clock.now()).outcome;
  fixture.clock.jump(BEGINNING + 9 * MINUTE);
  expect(outcome()).toBe('block');
  fixture.clock.jump(BEGINNING + 16 * MINUTE);
  expect(outcome()).toBe('challenge');
});

const ACTION = fc.constantFrom<Action>('observe', 'throttle', 'captcha', 'shadow', 'ban');
const HAPPENING = fc.record({
  after: fc.integer({ min: 0, max: 60 }),
  action: ACTION,
  minutes: fc.integer({ min: 1, max: 200 }),
  confidence: fc.integer({ min: 40, max: 100 }),
  together: fc.boolean(),
});

test('in any order, at any time: as grave as the gravest proposal that is still in time, and no graver', async () => {
  const property = fc.asyncProperty(
    fc.array(HAPPENING, { minLength: 1, maxLength: 12 }),
    async (happenings) => {
      const fixture = await openDecisions();
      const { clock, service, engine } = fixture;
      const past: TimedProposal[] = [];
      const expectGravest = (): void => {
        const now = clock.now();
        const inTime = past.filter(({ at, proposal }) => at + proposal.durationMs > now);
        const least = gravest(inTime);
        // An end that was moved may be later by a sixteenth of the duration.
        const perhaps = past
          .filter(({ at, proposal }) => at + proposal.durationMs * (17 / 16) > now)
          .map(({ proposal }) => proposal.action)
          .filter((action) => GRAVITY.indexOf(action) > GRAVITY.indexOf(least));
        const outcome = engine.check({ address: '192.0.2.1' }, now).outcome;
        expect(
          [least, ...perhaps].map((action) => (action === 'none' ? action : outcomeOf(action))),
        ).toContain(outcome);
      };
      try {
        let waiting: TimedProposal[] = [];
        for (const [index, { after, action, minutes, confidence, together }] of happenings.entries()) {
          for (let minute = 0; minute < after; minute++) {
            clock.advance(MINUTE);
            expectGravest();
          }
          const changes: Partial<Proposal> = {
            action,
            durationMs: minutes * MINUTE,
            confidence,
            key: `happening ${index}`,
          };
          waiting.push(proposed(clock.now(), changes));
          if (together && index < happenings.length - 1) continue;
          await service.propose(waiting);
          past.push(...waiting.filter(({ proposal }) => proposal.confidence >= 50));
          waiting = [];
          expectGravest();
        }
        for (let minute = 0; minute < 220; minute++) {
          clock.advance(MINUTE);
          expectGravest();
        }
      } finally {
        await fixture.close();
      }
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

const GRAVITY: readonly (Action | 'none')[] = ['none', 'observe', 'throttle', 'captcha', 'shadow', 'ban'];

function gravest(proposals: readonly TimedProposal[]): Action | 'none' {
  const worst = Math.max(0, ...proposals.map(({ proposal }) => GRAVITY.indexOf(proposal.action)));
  return GRAVITY[worst] ?? 'none';
}

test('one that is refused does not stand in the way of a milder one', async () => {
  const fixture = await open();
  const { service } = fixture;
  await service.propose([
    proposed(BEGINNING, { ...ban, confidence: 30 }),
    proposed(BEGINNING, captcha),
    proposed(BEGINNING, { ...ban, value: '127.0.0.1' }),
    proposed(BEGINNING, { ...ban, value: 'nobody' }),
  ]);
  expect(fixture.inForce()).toEqual(['captcha 192.0.2.1 until +120 min']);
  expect(await refusals(fixture)).toEqual({ low_confidence: 1, protected: 1, bad_value: 1 });
});

test('the same again, in one batch, in the next, after a restart, changes nothing', async () => {
  const fixture = await open();
  const all = [proposed(BEGINNING, ban), proposed(BEGINNING, captcha), proposed(BEGINNING, throttle)];
  await fixture.service.propose([...all, ...all]);
  const events = async (on: DecisionFixture): Promise<number> => {
    const { decisions } = await on.ledger.decisions({ limit: 100 });
    const histories = await Promise.all(
      decisions.map(({ decision }) => on.ledger.decisionHistory(decision.id)),
    );
    return histories.flat().length;
  };
  expect(await events(fixture)).toBe(1);
  opened.splice(0);
  const again = await fixture.restart();
  opened.push(again);
  await again.service.propose(all);
  again.clock.advance(300 * MINUTE);
  await again.service.propose(all);
  expect(await events(again)).toBe(1);
  expect(again.inForce()).toEqual([]);
});

test('what happened so long ago that the decision would be over is stale', async () => {
  const fixture = await open();
  await propose(
    fixture,
    proposed(BEGINNING - 240 * MINUTE, ban),
    proposed(BEGINNING - 239 * MINUTE, { ...ban, value: '192.0.2.2' }),
  );
  expect(fixture.inForce()).toEqual(['ban 192.0.2.2 until +1 min']);
  expect(await refusals(fixture)).toEqual({ stale: 1 });
});

test('a sensor whose clock is ahead makes nothing last longer', async () => {
  const fixture = await open();
  await propose(fixture, proposed(BEGINNING + 1_000 * MINUTE, ban));
  expect(fixture.inForce()).toEqual(['ban 192.0.2.1 until +240 min']);
});

test('no deed earns an exemption', async () => {
  const fixture = await open();
  await propose(fixture, proposed(BEGINNING, { action: 'allow' }));
  expect(fixture.inForce()).toEqual([]);
  expect(await refusals(fixture)).toEqual({ exempting: 1 });
});

test('who keeps coming is kept out for longer, at a bounded cost of events', async () => {
  const fixture = await open();
  const { clock, ledger } = fixture;
  for (let n = 0; n < 500; n++) {
    await propose(fixture, proposed(clock.now(), { ...ban, key: `visit ${n}` }));
    clock.advance(10_000);
  }
  const lastVisit = clock.now() - 10_000;
  const [decision] = [...fixture.engine.decisions()];
  expect(decision?.expires).toBeGreaterThanOrEqual(lastVisit + ban.durationMs);
  expect(decision?.expires).toBeLessThanOrEqual(lastVisit + ban.durationMs * (17 / 16));
  expect((await ledger.decisionHistory(decision?.id ?? '')).length).toBeLessThan(10);
});

test('no extension lasts longer than the policy allows', async () => {
  const limits = { ...plainPolicy.limits, maxDurationSeconds: 3_600 };
  const fixture = await open({ policy: { ...plainPolicy, limits } });
  await propose(fixture, proposed(BEGINNING, ban));
  expect(fixture.inForce()).toEqual(['ban 192.0.2.1 until +60 min']);
  fixture.clock.advance(30 * MINUTE);
  await propose(fixture, proposed(fixture.clock.now(), ban));
  expect(fixture.inForce()).toEqual(['ban 192.0.2.1 until +90 min']);
});

test('an unsure proposal extends nothing', async () => {
  const fixture = await open();
  await propose(fixture, proposed(BEGINNING, ban));
  fixture.clock.advance(30 * MINUTE);
  await propose(fixture, proposed(fixture.clock.now(), { ...ban, confidence: 49 }));
  expect(fixture.inForce()).toEqual(['ban 192.0.2.1 until +240 min']);
});

test('a ban after bans lasts longer; those that a person ended, and those of others, do not count', async () => {
  const { repeat: _, ...rest } = plainPolicy.proposals;
  const policy = { ...plainPolicy, proposals: { ...rest, repeat: { factor: 2, maxSeconds: 86_400 } } };
  const fixture = await open({ policy });
  const { clock, service } = fixture;
  const banFor = async (key: string): Promise<number> => {
    await propose(fixture, proposed(clock.now(), { durationMs: 60 * MINUTE, key }));
    const ends = [...fixture.engine.decisions()].map(({ expires }) => expires);
    return (Math.max(...ends) - clock.now()) / MINUTE;
  };
  await service.add([wish({ durationMs: MINUTE, origin: 'feed:x' })], ALICE);
  clock.advance(2 * MINUTE);
  expect(await banFor('first')).toBe(60);
  clock.advance(60 * MINUTE);
  expect(await banFor('second')).toBe(120);
  await service.liftMatching({ scope: 'ip', value: '192.0.2.1' }, 'mistake', ALICE);
  clock.advance(MINUTE);
  expect(await banFor('third')).toBe(120);
});

test('a person who ends a decision forgives what happened before, not what happens after', async () => {
  const fixture = await open();
  const { clock, service } = fixture;
  const before = proposed(clock.now(), { ...ban, key: 'covered at first' });
  await propose(fixture, proposed(clock.now(), ban), before);
  clock.advance(MINUTE);
  await service.liftMatching({ scope: 'ip', value: '192.0.2.1' }, 'mistake', ALICE);
  await propose(fixture, before, proposed(clock.now(), { ...captcha, key: 'a straggler' }));
  expect(fixture.inForce()).toEqual([]);
  expect(await refusals(fixture)).toEqual({ covered: 1, pardoned: 2 });
  clock.advance(1);
  await propose(fixture, proposed(clock.now(), { ...captcha, key: 'again' }));
  expect(fixture.engine.size).toBe(1);
});

test('what operators decide is neither taken the place of nor covered for', async () => {
  const fixture = await open();
  await fixture.service.add([wish({ action: 'captcha', durationMs: 600 * MINUTE })], ALICE);
  await propose(fixture, proposed(BEGINNING, ban), proposed(BEGINNING, { ...throttle, value: '192.0.2.2' }));
  expect(fixture.inForce()).toEqual([
    'ban 192.0.2.1 until +240 min',
    'captcha 192.0.2.1 until +600 min',
    'throttle 192.0.2.2 until +60 min',
  ]);
});
