import type { Decision, Timestamp } from '@aegis/model';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Enforcer, EnforcerChange } from './enforcer.ts';

export interface EnforcerFixture {
  /** One that enforces nothing yet. */
  open(): Promise<Enforcer>;
  /** The time by which decisions expire. */
  now(): Timestamp;
  /** Lets that much time pass. */
  advance(ms: number): Promise<void>;
  /** Removes what `open` made, after the enforcer was closed. */
  cleanup(): Promise<void>;
  /** One that the technology cannot carry out, where there is such a thing. */
  readonly refused?: Decision;
}

/** Every promise of the {@link Enforcer} port, for any adapter. */
export function enforcerConformance(name: string, fixture: EnforcerFixture): void {
  const ban = (id: string, change: Partial<Decision> = {}): Decision => ({
    id,
    scope: 'ip',
    value: '192.0.2.1',
    action: 'ban',
    reason: 'conformance',
    origin: 'aegis',
    source: 'suite',
    weight: 1,
    created: fixture.now(),
    expires: fixture.now() + 600_000,
    ...change,
  });
  const enforce = (decision: Decision): EnforcerChange => ({ kind: 'enforce', decision });
  const retract = (id: string): EnforcerChange => ({ kind: 'retract', id });
  const numbered = (count: number): readonly Decision[] =>
    Array.from({ length: count }, (_, i) => ban(`d-${1000 + i}`, { value: `198.51.100.${i + 1}` }));

  describe(`Enforcer conformance: ${name}`, () => {
    let enforcer: Enforcer;
    beforeEach(async () => {
      enforcer = await fixture.open();
    });
    afterEach(async () => {
      await enforcer.close();
      await fixture.cleanup();
    });

    test('it has a short name and enforces address bans', () => {
      expect(enforcer.name).toMatch(/^[a-z0-9-]{1,32}$/);
      expect(enforcer.supports(ban('a'))).toBe(true);
    });

    test('what was applied is listed whole, ordered by id', async () => {
      const [a, b, c] = [ban('a'), ban('b', { value: '192.0.2.2' }), ban('c', { value: '2001:db8::1' })];
      await enforcer.apply([enforce(c), enforce(a), enforce(b)]);
      expect(await enforcer.list()).toEqual([a, b, c]);
    });

    test('two decisions on one value stand beside each other', async () => {
      const [a, b] = [ban('a'), ban('b')];
      await enforcer.apply([enforce(a), enforce(b)]);
      await enforcer.apply([retract('a')]);
      expect(await enforcer.list()).toEqual([b]);
    });

    test('applying again replaces: later expiry, another value', async () => {
      await enforcer.apply([enforce(ban('a'))]);
      const moved = ban('a', { value: '203.0.113.9', expires: fixture.now() + 900_000 });
      await enforcer.apply([enforce(moved)]);
      expect(await enforcer.list()).toEqual([moved]);
    });

    test('applying the same again changes nothing', async () => {
      const a = ban('a');
      await enforcer.apply([enforce(a)]);
      await enforcer.apply([enforce(a), enforce(a)]);
      expect(await enforcer.list()).toEqual([a]);
    });

    test('retracting an unknown id is no error and an empty batch is none either', async () => {
      await enforcer.apply([]);
      await enforcer.apply([retract('nobody')]);
      expect(await enforcer.list()).toEqual([]);
    });

    test('the changes of a batch take effect in order', async () => {
      const [a, b] = [ban('a'), ban('b', { value: '192.0.2.2' })];
      await enforcer.apply([enforce(a), retract('a'), retract('b'), enforce(b)]);
      expect(await enforcer.list()).toEqual([b]);
    });

    test('nobody sees half a batch', async () => {
      const decisions = numbered(200);
      const applied = enforcer.apply(decisions.map(enforce));
      const seen: number[] = [];
      for (let i = 0; i < 5; i++) seen.push((await enforcer.list()).length);
      await applied;
      for (const count of seen) expect([0, 200]).toContain(count);
      expect(await enforcer.list()).toEqual(decisions);
    });

    const { refused } = fixture;
    if (refused !== undefined) {
      test('a batch that holds something impossible changes nothing', async () => {
        const a = ban('a');
        await enforcer.apply([enforce(a)]);
        const batch = [retract('a'), enforce(ban('b', { value: '192.0.2.2' })), enforce(refused)];
        await expect(enforcer.apply(batch)).rejects.toMatchObject({ code: 'enforcer_unavailable' });
        expect(await enforcer.list()).toEqual([a]);
      });
    }

    test('an expired decision is not in force though nobody retracts it', async () => {
      const long = ban('long', { value: '192.0.2.2' });
      await enforcer.apply([enforce(ban('short', { expires: fixture.now() + 2000 })), enforce(long)]);
      expect(await enforcer.list()).toHaveLength(2);
      await fixture.advance(2100);
      expect(await enforcer.list()).toEqual([long]);
    });

    test('a decision that has already expired is not enforced, and one replaced by it ends', async () => {
      await enforcer.apply([enforce(ban('a'))]);
      await enforcer.apply([enforce(ban('a', { expires: fixture.now() - 1 }))]);
      expect(await enforcer.list()).toEqual([]);
    });

    test('a replaced decision outlives its first expiry', async () => {
      await enforcer.apply([enforce(ban('a', { expires: fixture.now() + 2000 }))]);
      const longer = ban('a', { expires: fixture.now() + 600_000 });
      await enforcer.apply([enforce(longer)]);
      await fixture.advance(2100);
      expect(await enforcer.list()).toEqual([longer]);
    });

    test('clear removes everything, and it can start again', async () => {
      await enforcer.apply(numbered(50).map(enforce));
      await enforcer.clear();
      expect(await enforcer.list()).toEqual([]);
      await enforcer.clear();
      const a = ban('a');
      await enforcer.apply([enforce(a)]);
      expect(await enforcer.list()).toEqual([a]);
    });

    test('a closed one refuses with enforcer_unavailable; closing twice is no error', async () => {
      await enforcer.close();
      await enforcer.close();
      await expect(enforcer.apply([enforce(ban('a'))])).rejects.toMatchObject({
        code: 'enforcer_unavailable',
      });
    });
  });
}
