import { DecisionEngine, defaultPolicy } from '@aegis/decide';
import { type Decision, seededRandom } from '@aegis/model';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BouncerPositions } from './bouncer-positions.ts';
import { decisionFilter } from './decision-filter.ts';
import { DecisionLog } from './decision-log.ts';

const HOUR = 3_600_000;

function decision(id: string, change: Partial<Decision> = {}): Decision {
  return {
    ...{ id, scope: 'ip', value: '192.0.2.1', action: 'ban', reason: '', origin: 'aegis', source: 'test' },
    ...{ weight: 1, created: 0, expires: HOUR },
    ...change,
  };
}

function scene(capacity?: number) {
  const engine = new DecisionEngine({ policy: defaultPolicy, random: seededRandom(1) });
  const log = new DecisionLog({
    inForce: () => engine.decisions(),
    on: (scope, value) => engine.decisionsOn(scope, value),
    ...(capacity === undefined ? {} : { capacity }),
  });
  return {
    log,
    make(made: Decision) {
      engine.apply(made);
      log.touch(made);
    },
    lift(id: string) {
      const lifted = engine.retract(id);
      if (lifted !== undefined) log.touch(lifted);
    },
    sweep(now: number) {
      for (const expired of engine.sweep(now)) log.touch(expired);
    },
    inForce: () => [...engine.decisions()],
  };
}

const all = decisionFilter({});

test('what changed since a position, told as it stands now', () => {
  const { log, make, lift } = scene();
  make(decision('a'));
  const position = log.position;
  make(decision('b', { value: '192.0.2.2' }));
  make(decision('c', { value: '192.0.2.3' }));
  lift('c');
  lift('a');
  const delta = log.since(position, all, 0);
  expect(delta?.added.map(({ id }) => id)).toEqual(['b']);
  expect(delta?.gone.map(({ id }) => id)).toEqual(['c', 'a']);
  expect(log.since(log.position, all, 0)).toEqual({ added: [], gone: [] });
});

test('the longest of one target is told, of those that the filter lets through', () => {
  const { log, make } = scene();
  make(decision('own', { origin: 'operator', expires: HOUR }));
  make(decision('imported', { origin: 'import', expires: 24 * HOUR }));
  const ids = (origins?: string) => log.since(0, decisionFilter({ origins }), 0)?.added.map(({ id }) => id);
  expect(ids()).toEqual(['imported']);
  // A longer one of another origin hides nothing: cscli is what CrowdSec calls an operator's.
  expect(ids('cscli')).toEqual(['own']);
  expect(ids('operator')).toEqual(['own']);
  expect(log.everything(decisionFilter({ origins: 'cscli' }), 0).added.map(({ id }) => id)).toEqual(['own']);
});

test('a shorter decision that is left when the longer one goes is told', () => {
  const { log, make, lift } = scene();
  make(decision('short'));
  make(decision('long', { expires: 24 * HOUR }));
  const position = log.position;
  lift('long');
  expect(log.since(position, all, 0)).toMatchObject({ added: [{ id: 'short' }], gone: [] });
});

test('what bouncers do not know is not told', () => {
  const { log, make } = scene();
  make(decision('a', { action: 'observe' }));
  make(decision('b', { action: 'allow' }));
  expect(log.everything(all, 0)).toEqual({ added: [], gone: [] });
  expect(log.position).toBe(0);
});

test('a position that is forgotten or of the future is refused', () => {
  const { log, make } = scene(10);
  for (let i = 0; i < 30; i++) make(decision(`d${i}`, { value: `192.0.2.${i}` }));
  expect(log.since(0, all, 0)).toBeUndefined();
  expect(log.since(log.position + 1, all, 0)).toBeUndefined();
  expect(log.since(log.position - 2, all, 0)?.added).toHaveLength(2);
});

test('what is lifted between the first answer and the second is told with the second', () => {
  const { log, make, lift } = scene();
  const positions = new BouncerPositions();
  make(decision('a'));
  make(decision('b', { value: '192.0.2.2' }));
  positions.told('b', log.position, true);
  lift('a');
  const { added, gone } = positions.nextFor('b', log, all, 0);
  expect(added.map(({ id }) => id)).toEqual(['b']);
  expect(gone.map(({ id }) => id)).toEqual(['a']);
});

test('a bouncer of which any answers are lost ends up with exactly what is in force', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('make' as const), id: fc.nat(9), hours: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ kind: fc.constant('lift' as const), id: fc.nat(9) }),
    fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 4 }) }),
    // Two answers lost one after the other are more than the protocol of CrowdSec can mend.
    fc.record({ kind: fc.constant('pull' as const), lost: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 4, max: 50 }), (steps, capacity) => {
      const { log, make, lift, sweep, inForce } = scene(capacity);
      const positions = new BouncerPositions();
      const enforced = new Map<string, number>();
      let now = 0;
      let lostLast = false;
      const pull = (lost: boolean): void => {
        const { added, gone } = positions.nextFor('b', log, all, now);
        positions.told('b', log.position, false);
        if (lost) return;
        for (const { value } of gone) enforced.delete(value);
        for (const { value, expires } of added) enforced.set(value, expires);
      };
      for (const each of steps) {
        if (each.kind === 'make')
          make(
            // A decision is about one target for its life.
            decision(`d${each.id}`, { value: `192.0.2.${each.id % 5}`, expires: now + each.hours * HOUR }),
          );
        else if (each.kind === 'lift') lift(`d${each.id}`);
        else if (each.kind === 'wait') now += each.hours * HOUR;
        else {
          pull(each.lost && !lostLast);
          lostLast = each.lost && !lostLast;
        }
        sweep(now);
        // What a bouncer holds ends by itself.
        for (const [value, expires] of enforced) if (expires <= now) enforced.delete(value);
      }
      pull(false);
      pull(false);
      const expected = new Map<string, number>();
      for (const { value, expires } of inForce())
        expected.set(value, Math.max(expires, expected.get(value) ?? 0));
      for (const [value, expires] of expected) expect(enforced.get(value)).toBe(expires);
      // With a log this short what was lifted may stay until it ends, where all is read again; nothing more.
      if (capacity >= 50) expect([...enforced.keys()].sort()).toEqual([...expected.keys()].sort());
    }),
    { numRuns: 500 },
  );
});
