import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AddressBan, CaseRecord, ClientRecord, GuardChanges, GuardStore } from './guard-store.ts';

export interface GuardStoreFixture {
  /** On what was saved before within the same test. */
  open(): Promise<GuardStore>;
  cleanup(): Promise<void>;
}

const nothing: GuardChanges = {
  clients: [],
  bans: [],
  cases: [],
  forgottenClients: [],
  liftedBans: [],
  forgottenCases: [],
};

/** Every promise of the {@link GuardStore} port, for any adapter. */
export function guardStoreConformance(name: string, fixture: GuardStoreFixture): void {
  const client = (user: string, change: Partial<ClientRecord> = {}): ClientRecord => ({
    user,
    trust: 100,
    state: 'normal',
    until: 0,
    score: 12.75,
    scoreAt: 1_700_000_000_001,
    recoveredAt: 1_700_000_000_002,
    seenAt: 1_700_000_000_003,
    ...change,
  });
  const ban = (address: string, until = 5_000): AddressBan => ({
    address,
    kind: 'temporary',
    from: 1,
    until,
    users: 3,
  });
  const record = (id: string, change: Partial<CaseRecord> = {}): CaseRecord => ({
    id,
    user: 'żółw 🐢',
    from: 'normal',
    to: 'shadow_banned',
    reason: 'spam',
    at: 1,
    until: null,
    points: 50,
    evidence: [{ at: 1, violation: 'spam', detail: 'the same\u0000 text' }],
    asks: false,
    status: 'open',
    ...change,
  });

  describe(`GuardStore conformance: ${name}`, () => {
    let store: GuardStore;
    beforeEach(async () => {
      store = await fixture.open();
    });
    afterEach(async () => {
      await store.close();
      await fixture.cleanup();
    });
    const reopen = async (): Promise<void> => {
      await store.close();
      store = await fixture.open();
    };

    test('a new one remembers nothing', async () => {
      expect(await store.load()).toEqual({ clients: [], bans: [], cases: [] });
    });

    test('what was saved is there again, exactly', async () => {
      const clients = [
        client('a', { state: 'disconnected', until: null }),
        client("'; DROP"),
        client('__proto__'),
      ];
      const cases = [
        record('case-1'),
        record('case-2', {
          status: 'overturned',
          appeal: { text: 'no', at: 2 },
          ruling: { by: 'op', at: 3, reason: 'right' },
        }),
      ];
      const bans = [ban('192.0.2.1'), ban('2001:db8::/64')];
      await store.save({ ...nothing, clients, bans, cases });
      await reopen();
      const loaded = await store.load();
      expect(new Set(loaded.clients)).toEqual(new Set(clients));
      expect(new Set(loaded.bans)).toEqual(new Set(bans));
      expect(loaded.cases).toEqual(cases);
    });

    test('what is saved again replaces; what is forgotten is gone; nothing else changes', async () => {
      await store.save({
        ...nothing,
        clients: [client('a'), client('b'), client('c')],
        bans: [ban('192.0.2.1'), ban('192.0.2.2')],
        cases: [record('case-1'), record('case-2')],
      });
      await store.save({
        ...nothing,
        clients: [client('a', { trust: 7 })],
        forgottenClients: ['b', 'never there'],
        bans: [ban('192.0.2.2', 9_000)],
        liftedBans: ['192.0.2.1'],
        cases: [record('case-1', { status: 'upheld' })],
        forgottenCases: ['case-2'],
      });
      await reopen();
      const { clients, bans, cases } = await store.load();
      expect(new Set(clients)).toEqual(new Set([client('a', { trust: 7 }), client('c')]));
      expect(bans).toEqual([ban('192.0.2.2', 9_000)]);
      expect(cases).toEqual([record('case-1', { status: 'upheld' })]);
    });

    test('saves at the same time all count', async () => {
      await Promise.all(
        Array.from({ length: 50 }, (_, i) => store.save({ ...nothing, clients: [client(`u${i}`)] })),
      );
      expect((await store.load()).clients).toHaveLength(50);
    });

    test('a closed one refuses with guard_store_unavailable; closing twice is no error', async () => {
      await store.close();
      await store.close();
      await expect(store.load()).rejects.toMatchObject({ code: 'guard_store_unavailable' });
      await expect(store.save(nothing)).rejects.toMatchObject({ code: 'guard_store_unavailable' });
    });
  });
}
