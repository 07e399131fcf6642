import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guardFixture } from '../testing/guard-fixture.ts';
import { CLIENT_STATES, type ClientState, stateNumber } from './client-state.ts';
import { type Reach, STEP_DOWN, transition } from './transitions.ts';
import { VIOLATIONS, type Violation } from './violation.ts';

const FULL: Reach = { throttleOnly: false, shadowBan: 'on' };
const HOUR = 3_600_000;

describe('the table of the states', () => {
  const rows: readonly [ClientState, Violation, ClientState, number][] = [
    ['normal', 'rate_limit', 'throttled', 60_000],
    ['throttled', 'rate_limit', 'write_disabled', 300_000],
    ...VIOLATIONS.filter((each) => each !== 'spam' && each !== 'protocol_attack').map(
      (each): [ClientState, Violation, ClientState, number] => [
        'write_disabled',
        each,
        'shadow_banned',
        HOUR,
      ],
    ),
    ...CLIENT_STATES.filter((each) => each !== 'disconnected').map(
      (each): [ClientState, Violation, ClientState, number] => [each, 'spam', 'shadow_banned', 2 * HOUR],
    ),
    ...CLIENT_STATES.map((each): [ClientState, Violation, ClientState, number] => [
      each,
      'protocol_attack',
      'disconnected',
      HOUR / 2,
    ]),
  ];
  test.each(rows)('%s + %s -> %s for %d ms', (from, on, to, forMs) => {
    expect(transition(stateNumber(from), on, FULL)).toMatchObject({ to: stateNumber(to), forMs });
  });

  test('no violation leads to a milder state, in any mode', () => {
    for (const throttleOnly of [true, false])
      for (const shadowBan of ['off', 'approval', 'on'] as const)
        for (const from of CLIENT_STATES)
          for (const on of VIOLATIONS) {
            const step = transition(stateNumber(from), on, { throttleOnly, shadowBan });
            expect(step?.to ?? stateNumber(from)).toBeGreaterThanOrEqual(stateNumber(from));
          }
  });

  test('every state comes down to normal, never by way of a shadow ban', () => {
    for (const state of CLIENT_STATES) {
      const way = [stateNumber(state)];
      while (way.at(-1) !== 0) way.push(STEP_DOWN[way.at(-1) as number] as number);
      expect(way.slice(1)).not.toContain(stateNumber('shadow_banned'));
      expect(way).toEqual(way.toSorted((a, b) => b - a));
    }
  });
});

type Act =
  | { readonly do: 'violate'; readonly violation: Violation }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'call' | 'good' | 'sweep' };

const acts: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('violate' as const), violation: fc.constantFrom(...VIOLATIONS) }),
    fc.record({
      do: fc.constant('wait' as const),
      ms: fc.oneof(fc.integer({ min: 0, max: 400_000 }), fc.integer({ min: 0, max: 40 * 24 * HOUR })),
    }),
    fc.record({ do: fc.constantFrom('call' as const, 'good' as const, 'sweep' as const) }),
  ),
  { maxLength: 60 },
);

describe('a client, whatever it does', () => {
  test('misbehaving never makes its state milder or its punishment shorter, and trust stays within bounds', () => {
    fc.assert(
      fc.property(acts, fc.constantFrom('observe', 'light', 'full'), (history, mode) => {
        const { guard, clock } = guardFixture({ mode });
        for (const act of history) {
          const before = guard.inspect('u');
          if (act.do === 'wait') clock.advance(act.ms);
          else if (act.do === 'call') guard.checkRpc({ user: 'u', method: 'full_state' });
          else if (act.do === 'good') guard.reportGood('u');
          else if (act.do === 'sweep') guard.sweep();
          else if (act.do === 'violate') guard.reportViolation({ user: 'u', violation: act.violation });
          const after = guard.inspect('u');
          expect(after.trust).toBeGreaterThanOrEqual(0);
          expect(after.trust).toBeLessThanOrEqual(1000);
          if (act.do !== 'violate' && act.do !== 'call') continue;
          expect(stateNumber(after.state)).toBeGreaterThanOrEqual(stateNumber(before.state));
          expect(after.trust).toBeLessThanOrEqual(before.trust + 1);
          if (after.state === before.state) expect(after.until).toBeGreaterThanOrEqual(before.until);
        }
      }),
    );
  });

  test('it is treated the same whether anyone looks meanwhile or not', () => {
    fc.assert(
      fc.property(acts, fc.integer({ min: 0, max: 40 * 24 * HOUR }), (history, rest) => {
        const [watched, alone] = [guardFixture(), guardFixture()];
        for (const act of history) {
          if (act.do === 'violate')
            for (const { guard } of [watched, alone])
              guard.reportViolation({ user: 'u', violation: act.violation });
          if (act.do !== 'wait') continue;
          alone.clock.advance(act.ms);
          for (let i = 0; i < 10; i++) {
            watched.clock.advance(Math.floor(act.ms / 10) + (i === 0 ? act.ms % 10 : 0));
            watched.guard.inspect('u');
          }
        }
        watched.clock.advance(rest);
        alone.clock.advance(rest);
        const { state, trust } = alone.guard.inspect('u');
        expect(watched.guard.inspect('u')).toMatchObject({ state, trust });
        expect(alone.guard.inspect('u').until).toBeCloseTo(watched.guard.inspect('u').until, -1);
      }),
    );
  });

  test('who leaves off comes down to normal by and by', () => {
    fc.assert(
      fc.property(acts, (history) => {
        const { guard, clock, events } = guardFixture();
        for (const act of history)
          if (act.do === 'violate') guard.reportViolation({ user: 'u', violation: act.violation });
          else if (act.do === 'wait') clock.advance(act.ms % HOUR);
        clock.advance(6 * HOUR);
        expect(guard.inspect('u').state).toBe('normal');
        for (const event of events)
          if (event.kind === 'transition' && event.reason === 'expired')
            expect(stateNumber(event.to)).toBeLessThan(stateNumber(event.from));
      }),
    );
  });
});
