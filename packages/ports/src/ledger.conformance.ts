import type { Decision } from '@aegis/model';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type {
  AuditEntry,
  DecisionEvent,
  DecisionQuery,
  DecisionStanding,
  Ledger,
  PolicyVersion,
} from './ledger.ts';

export interface LedgerFixture {
  /** An empty one. */
  open(): Promise<Ledger>;
  /** The store of the last `open` again, as another process would see it. */
  reopen(): Promise<Ledger>;
  /** Removes what `open` made, after the ledgers were closed. */
  cleanup(): Promise<void>;
}

type MadeEvent = Extract<DecisionEvent, { kind: 'made' }>;

const T = Date.UTC(2026, 9, 27, 12);
const MINUTE = 60_000;

/** Every promise of the {@link Ledger} port, for any adapter. */
export function ledgerConformance(name: string, fixture: LedgerFixture): void {
  const decision = (id: string, change: Partial<Decision> = {}): Decision => ({
    id,
    scope: 'ip',
    value: '192.0.2.1',
    action: 'ban',
    reason: 'SQL injection in 3 requests',
    origin: 'aegis',
    source: 'web/sqli',
    weight: 0.9,
    created: T,
    expires: T + 10 * MINUTE,
    ...change,
  });
  const made = (of: Decision, at: number = of.created): MadeEvent => ({
    kind: 'made',
    id: `made-${of.id}`,
    at,
    by: 'engine',
    decision: of,
  });
  const lifted = (decisionId: string, at: number, id = `lifted-${decisionId}-${at}`): DecisionEvent => ({
    kind: 'lifted',
    id,
    at,
    by: 'alice',
    decisionId,
    reason: 'false positive',
  });
  const extended = (decisionId: string, at: number, expires: number): DecisionEvent => ({
    kind: 'extended',
    id: `extended-${decisionId}-${at}`,
    at,
    by: 'engine',
    decisionId,
    expires,
    reason: 'seen again',
  });
  const audit = (id: string, at: number, change: Partial<AuditEntry> = {}): AuditEntry => ({
    id,
    at,
    actor: 'alice',
    action: 'decision.add',
    target: 'ip 192.0.2.1',
    from: '198.51.100.7',
    result: 'ok',
    detail: { before: null, after: { action: 'ban' } },
    ...change,
  });
  const policy = (policyName: string, version: number): PolicyVersion => ({
    name: policyName,
    version,
    at: T + version,
    author: 'alice',
    reason: `change ${version}`,
    body: `{"version":${version}}`,
  });

  describe(`Ledger conformance: ${name}`, () => {
    let ledger: Ledger;
    const opened: Ledger[] = [];
    const reopen = async (): Promise<Ledger> => {
      const other = await fixture.reopen();
      opened.push(other);
      return other;
    };
    beforeEach(async () => {
      ledger = await fixture.open();
      opened.push(ledger);
    });
    afterEach(async () => {
      for (const each of opened.splice(0)) await each.close();
      await fixture.cleanup();
    });

    const inForce = async (at: number): Promise<readonly string[]> =>
      (await ledger.decisionsInForce(at)).map(({ id }) => id);
    const allPages = async (query: DecisionQuery): Promise<readonly DecisionStanding[]> => {
      const found: DecisionStanding[] = [];
      let page = await ledger.decisions(query);
      for (; page.next !== undefined; page = await ledger.decisions({ ...query, cursor: page.next })) {
        expect(page.decisions).toHaveLength(query.limit);
        found.push(...page.decisions);
      }
      return [...found, ...page.decisions];
    };

    describe('decisions', () => {
      test('an empty ledger has nothing of anything', async () => {
        expect(await ledger.appendDecisions([])).toEqual([]);
        expect(await ledger.decisionsInForce(T)).toEqual([]);
        expect(await ledger.decisionHistory('a')).toEqual([]);
        expect(await ledger.decisions({ limit: 10 })).toEqual({ decisions: [] });
        expect(await ledger.policyHistory('main', 10)).toEqual([]);
        expect(await ledger.audit({ limit: 10 })).toEqual([]);
        expect(await ledger.retain(T)).toBe(0);
      });

      test('a decision comes back as it was made, and another process sees it', async () => {
        const full = decision('a', {
          scope: 'url',
          value: 'https://xn--fsq.example/?q=%00&x="\'; --',
          reason: 'żółw 🐢 \u0000 \n',
          weight: 0.123456789012345,
          session: 's-1',
        });
        await ledger.appendDecisions([made(full), made(decision('b'))]);
        const other = await reopen();
        expect(await other.decisionsInForce(T)).toEqual([full, decision('b')]);
        expect(await other.decisionHistory('a')).toEqual([made(full)]);
      });

      test('decisions and the audit entries that tell of them are written together or not at all', async () => {
        await ledger.appendDecisions([made(decision('a'))], [audit('1', T)]);
        await ledger.appendDecisions([], [audit('2', T, { result: 'refused' })]);
        const impossible = { ...made(decision('b')), at: 'no time' as unknown as number };
        await expect(ledger.appendDecisions([impossible], [audit('3', T)])).rejects.toThrow();
        await expect(
          ledger.appendDecisions([made(decision('c'))], [audit('4', 'no time' as unknown as number)]),
        ).rejects.toThrow();
        expect((await ledger.audit({ limit: 10 })).map(({ id }) => id)).toEqual(['2', '1']);
        expect(await inForce(T)).toEqual(['a']);
      });

      test('in force from when it was made until just before it expires', async () => {
        await ledger.appendDecisions([made(decision('a'))]);
        expect(await inForce(T - 1)).toEqual([]);
        expect(await inForce(T)).toEqual(['a']);
        expect(await inForce(T + 10 * MINUTE - 1)).toEqual(['a']);
        expect(await inForce(T + 10 * MINUTE)).toEqual([]);
      });

      test('a decision counts from the time of its event, not of its creation elsewhere', async () => {
        await ledger.appendDecisions([made(decision('a'), T + MINUTE)]);
        expect(await inForce(T + MINUTE - 1)).toEqual([]);
        expect(await inForce(T + MINUTE)).toEqual(['a']);
      });

      test('one that had expired when it was made is never in force', async () => {
        await ledger.appendDecisions([
          made(decision('a', { expires: T - 1 })),
          made(decision('b', { expires: T })),
        ]);
        for (const at of [T - 2, T - 1, T, T + 1]) expect(await inForce(at)).toEqual([]);
        expect((await ledger.decisions({ limit: 5 })).decisions).toHaveLength(2);
      });

      test('in order of creation, then id', async () => {
        const some = [
          decision('b'),
          decision('c', { created: T - 2 }),
          decision('a'),
          decision('d', { created: T - 1 }),
        ];
        await ledger.appendDecisions(some.map((each) => made(each, T)));
        expect(await inForce(T)).toEqual(['c', 'd', 'a', 'b']);
      });

      test('any length, from a millisecond to centuries', async () => {
        const lengths = [1, 2, 3, 1023, 1024, 1025, 4 * 3_600_000, 86_400_000, 2 ** 33, 2 ** 33 - 1, 6e12];
        const all = lengths.map((length) => decision(`length-${length}`, { expires: T + length }));
        await ledger.appendDecisions(all.map((each) => made(each)));
        for (const at of lengths.flatMap((length) => [T + length - 1, T + length])) {
          const expected = all.filter(({ expires }) => expires > at).map(({ id }) => id);
          expect(await inForce(at)).toEqual(expected.sort());
        }
      });

      test('an event is written once, however often and by whomever it is written', async () => {
        const a = made(decision('a'));
        expect(await ledger.appendDecisions([a, made(decision('b')), a])).toEqual([true, true, false]);
        const changed: DecisionEvent = {
          ...a,
          by: 'someone else',
          decision: decision('a', { value: '192.0.2.99' }),
        };
        const lift = lifted('a', T + 5);
        expect(await ledger.appendDecisions([changed, lift])).toEqual([false, true]);
        const other = await reopen();
        expect(await other.appendDecisions([lift, a, made(decision('c'))])).toEqual([false, false, true]);
        expect(await ledger.decisionHistory('a')).toEqual([a, lift]);
        expect(await inForce(T)).toEqual(['a', 'b', 'c']);
      });

      test('a decision is made once: making it again under another event is not new', async () => {
        const again: DecisionEvent = { ...made(decision('a', { value: '192.0.2.99' })), id: 'again' };
        expect(await ledger.appendDecisions([made(decision('a')), again])).toEqual([true, false]);
        expect(await ledger.decisionHistory('a')).toEqual([made(decision('a'))]);
        expect(await ledger.decisionsInForce(T)).toEqual([decision('a')]);
      });

      test('two processes that write the same events at once share them out', async () => {
        const other = await reopen();
        const events = Array.from({ length: 200 }, (_, i) => made(decision(`d-${1000 + i}`)));
        const [here, there] = await Promise.all([
          ledger.appendDecisions(events),
          other.appendDecisions(events),
        ]);
        expect(here.map((isNew, i) => Number(isNew) + Number(there[i]))).toEqual(events.map(() => 1));
        expect(await ledger.decisionsInForce(T)).toHaveLength(200);
      });

      test('lifted: over from then on, in force before, and the first lift is the one that counts', async () => {
        await ledger.appendDecisions([made(decision('a')), lifted('a', T + MINUTE)]);
        await ledger.appendDecisions([{ ...lifted('a', T + 2 * MINUTE), by: 'bob' }]);
        expect(await inForce(T + MINUTE - 1)).toEqual(['a']);
        expect(await inForce(T + MINUTE)).toEqual([]);
        expect((await ledger.decisions({ limit: 1 })).decisions).toEqual([
          { decision: decision('a'), lifted: { at: T + MINUTE, by: 'alice', reason: 'false positive' } },
        ]);
        expect(await ledger.decisionHistory('a')).toHaveLength(3);
      });

      test('lifted stays lifted: an extension after it changes nothing', async () => {
        const events = [lifted('a', T + MINUTE), extended('a', T + 2 * MINUTE, T + 60 * MINUTE)];
        await ledger.appendDecisions([made(decision('a')), ...events]);
        expect(await inForce(T + 2 * MINUTE)).toEqual([]);
        expect((await ledger.decisions({ limit: 1 })).decisions[0]?.decision).toEqual(decision('a'));
      });

      test('extended: each time sees the expiry that was known by then', async () => {
        const first = T + 20 * MINUTE;
        const second = T + 60 * MINUTE;
        await ledger.appendDecisions([
          made(decision('a')),
          extended('a', T + MINUTE, first),
          extended('a', T + 15 * MINUTE, second),
        ]);
        expect(await ledger.decisionsInForce(T)).toEqual([decision('a')]);
        expect(await ledger.decisionsInForce(T + MINUTE)).toEqual([decision('a', { expires: first })]);
        expect(await ledger.decisionsInForce(T + 15 * MINUTE)).toEqual([decision('a', { expires: second })]);
        expect(await inForce(second - 1)).toEqual(['a']);
        expect(await inForce(second)).toEqual([]);
        const [standing] = (await ledger.decisions({ limit: 1 })).decisions;
        expect(standing).toEqual({ decision: decision('a', { expires: second }) });
        expect((await ledger.decisionHistory('a'))[0]).toEqual(made(decision('a')));
      });

      test('expired stays expired: an extension or a lift after it changes nothing', async () => {
        const late = T + 11 * MINUTE;
        await ledger.appendDecisions([
          made(decision('a')),
          extended('a', late, late + MINUTE),
          lifted('a', late),
        ]);
        expect(await inForce(late)).toEqual([]);
        expect((await ledger.decisions({ limit: 1 })).decisions).toEqual([{ decision: decision('a') }]);
        expect(await ledger.decisionHistory('a')).toHaveLength(3);
      });

      test('an expiry may be brought forward, at most to the time of the event', async () => {
        await ledger.appendDecisions([
          made(decision('a')),
          extended('a', T + MINUTE, T + 2 * MINUTE),
          made(decision('b')),
          extended('b', T + MINUTE, T),
        ]);
        expect(await inForce(T + MINUTE - 1)).toEqual(['a', 'b']);
        expect(await inForce(T + MINUTE)).toEqual(['a']);
        expect(await inForce(T + 2 * MINUTE)).toEqual([]);
      });

      test('events count in order of their time, in whatever order they arrive', async () => {
        await ledger.appendDecisions([lifted('a', T + 15 * MINUTE)]);
        expect(await ledger.decisionHistory('a')).toEqual([lifted('a', T + 15 * MINUTE)]);
        await ledger.appendDecisions([lifted('b', T + MINUTE), made(decision('b')), made(decision('a'))]);
        expect(await inForce(T + MINUTE - 1)).toEqual(['a', 'b']);
        expect(await inForce(T + MINUTE)).toEqual(['a']);
        await ledger.appendDecisions([extended('a', T + MINUTE, T + 20 * MINUTE)]);
        expect(await inForce(T + 14 * MINUTE)).toEqual(['a']);
        expect(await inForce(T + 15 * MINUTE)).toEqual([]);
        const kinds = (await ledger.decisionHistory('a')).map(({ kind }) => kind);
        expect(kinds).toEqual(['made', 'extended', 'lifted']);
      });

      test('of one time, events count in the order they were written', async () => {
        const at = T + MINUTE;
        await ledger.appendDecisions([
          made(decision('a')),
          lifted('a', at),
          extended('a', at, T + 60 * MINUTE),
          made(decision('b')),
          extended('b', at, T + 60 * MINUTE),
          lifted('b', at),
        ]);
        const [b, a] = (await ledger.decisions({ limit: 2 })).decisions;
        expect(a?.decision.expires).toBe(T + 10 * MINUTE);
        expect(b?.decision.expires).toBe(T + 60 * MINUTE);
        expect(await inForce(at)).toEqual([]);
      });
    });

    describe('decisions, by page', () => {
      const filled = async (): Promise<readonly Decision[]> => {
        const all = Array.from({ length: 25 }, (_, i) =>
          decision(`d-${100 + i}`, {
            created: T + Math.floor(i / 3),
            value: `192.0.2.${i % 5}`,
            action: i % 2 === 0 ? 'ban' : 'captcha',
            origin: i % 4 === 0 ? 'operator' : 'aegis',
            scope: i % 10 === 0 ? 'range' : 'ip',
            expires: T + 10 * MINUTE + i,
          }),
        );
        await ledger.appendDecisions(all.map((each) => made(each, T)));
        return [...all].reverse();
      };

      test('newest first, every one once, whatever the size of the page', async () => {
        const newest = (await filled()).map((each) => ({ decision: each }));
        for (const limit of [1, 4, 5, 24, 25, 26]) expect(await allPages({ limit })).toEqual(newest);
      });

      test('a page stays where it is while newer ones are made', async () => {
        const newest = await filled();
        const first = await ledger.decisions({ limit: 10 });
        await ledger.appendDecisions([made(decision('new', { created: T + MINUTE }))]);
        const second = await ledger.decisions({ limit: 10, cursor: first.next as string });
        expect(second.decisions.map((each) => each.decision)).toEqual(newest.slice(10, 20));
      });

      test('filtered by scope, value, action, origin, alone and together', async () => {
        const newest = await filled();
        const filters: readonly Partial<Pick<Decision, 'scope' | 'value' | 'action' | 'origin'>>[] = [
          { scope: 'range' },
          { value: '192.0.2.3' },
          { action: 'captcha' },
          { origin: 'operator' },
          { scope: 'ip', value: '192.0.2.2', action: 'ban', origin: 'aegis' },
          { value: 'nowhere' },
        ];
        for (const filter of filters) {
          const expected = newest.filter((each) =>
            Object.entries(filter).every(([key, value]) => each[key as keyof Decision] === value),
          );
          const found = await allPages({ limit: 2, ...filter });
          expect(found.map((each) => each.decision)).toEqual(expected);
        }
      });

      test('only those in force at a time', async () => {
        const newest = await filled();
        await ledger.appendDecisions([lifted('d-124', T + MINUTE)]);
        const at = T + 10 * MINUTE + 12;
        const found = await allPages({ limit: 3, inForceAt: at });
        expect(found.map((each) => each.decision)).toEqual(newest.slice(1, 12));
        expect(await allPages({ limit: 3, inForceAt: T - 1 })).toEqual([]);
      });

      test('a cursor that is none is refused with bad_cursor', async () => {
        for (const cursor of ['', 'nonsense', "' OR 1=1 --", 'AAAA'])
          await expect(ledger.decisions({ limit: 1, cursor })).rejects.toMatchObject({ code: 'bad_cursor' });
      });
    });

    describe('policies', () => {
      test('versions of a name follow each other; newest first', async () => {
        for (const version of [1, 2, 3]) await ledger.appendPolicy(policy('main', version));
        await ledger.appendPolicy(policy('other', 1));
        const other = await reopen();
        expect(await other.policyHistory('main', 10)).toEqual(
          [3, 2, 1].map((version) => policy('main', version)),
        );
        expect(await other.policyHistory('main', 2)).toEqual(
          [3, 2].map((version) => policy('main', version)),
        );
        expect(await other.policyHistory('other', 10)).toEqual([policy('other', 1)]);
      });

      test('any other version is a policy_conflict and changes nothing', async () => {
        const conflict = { code: 'policy_conflict' };
        await expect(ledger.appendPolicy(policy('main', 2))).rejects.toMatchObject(conflict);
        await expect(ledger.appendPolicy(policy('main', 0))).rejects.toMatchObject(conflict);
        await ledger.appendPolicy(policy('main', 1));
        for (const version of [1, 3])
          await expect(ledger.appendPolicy(policy('main', version))).rejects.toMatchObject(conflict);
        expect(await ledger.policyHistory('main', 10)).toEqual([policy('main', 1)]);
      });

      test('of two processes that write the same version one wins', async () => {
        const other = await reopen();
        for (let version = 1; version <= 10; version++) {
          const both = [ledger, other].map((each) => each.appendPolicy(policy('main', version)));
          const results = await Promise.allSettled(both);
          expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
        }
        expect(await ledger.policyHistory('main', 20)).toHaveLength(10);
      });
    });

    describe('audit', () => {
      test('entries come back as written, newest first, of one time the last written first', async () => {
        const entries = [
          audit('1', T),
          audit('2', T + 2, { detail: { __proto__x: 1, deep: [{ reason: 'żółw \u0000' }] } }),
          audit('3', T + 2),
          audit('4', T + 1),
        ];
        await ledger.appendAudit([]);
        await ledger.appendAudit(entries);
        const other = await reopen();
        const [one, two, three, four] = entries;
        expect(await other.audit({ limit: 10 })).toEqual([three, two, four, one]);
        expect(await other.audit({ limit: 1 })).toEqual([three]);
      });

      test('an entry is written once', async () => {
        await ledger.appendAudit([audit('1', T), audit('1', T + 1)]);
        await ledger.appendAudit([audit('1', T, { actor: 'mallory' }), audit('2', T + 2)]);
        expect(await ledger.audit({ limit: 10 })).toEqual([audit('2', T + 2), audit('1', T)]);
      });

      test('asked by time, actor and action', async () => {
        const entries = Array.from({ length: 12 }, (_, i) =>
          audit(`${i}`, T + i, {
            actor: i % 2 === 0 ? 'alice' : 'bob',
            action: i % 3 === 0 ? 'login' : 'decision.add',
          }),
        );
        await ledger.appendAudit(entries);
        const ids = async (query: Parameters<Ledger['audit']>[0]): Promise<readonly string[]> =>
          (await ledger.audit(query)).map(({ id }) => id);
        expect(await ids({ limit: 3, before: T + 5 })).toEqual(['4', '3', '2']);
        expect(await ids({ limit: 10, actor: 'bob' })).toEqual(['11', '9', '7', '5', '3', '1']);
        expect(await ids({ limit: 10, action: 'login' })).toEqual(['9', '6', '3', '0']);
        expect(await ids({ limit: 10, actor: 'alice', action: 'login', before: T + 6 })).toEqual(['0']);
        expect(await ids({ limit: 10, actor: "' OR 1=1 --" })).toEqual([]);
      });
    });

    describe('retention', () => {
      test('what ended before goes with its events, what had not yet ended stays, policies stay', async () => {
        const since = T + 10 * MINUTE;
        await ledger.appendDecisions([
          made(decision('expired', { expires: since - 1 })),
          made(decision('just', { expires: since })),
          made(decision('lifted', { expires: since + 1 })),
          lifted('lifted', since - 1),
          made(decision('extended', { expires: since - 2 })),
          extended('extended', T, since + 1),
          made(decision('lifted-later', { expires: since + 9 })),
          lifted('lifted-later', since + 1),
        ]);
        await ledger.appendAudit([audit('1', since - 1), audit('2', since)]);
        await ledger.appendPolicy(policy('main', 1));
        expect(await ledger.retain(since)).toBe(3);
        expect(await ledger.retain(since)).toBe(0);
        const left = (await ledger.decisions({ limit: 10 })).decisions.map((each) => each.decision.id);
        expect(left).toEqual(['lifted-later', 'just', 'extended']);
        expect(await ledger.decisionHistory('lifted')).toEqual([]);
        expect(await ledger.decisionHistory('extended')).toHaveLength(2);
        expect(await ledger.audit({ limit: 10 })).toEqual([audit('2', since)]);
        expect(await ledger.policyHistory('main', 1)).toHaveLength(1);
      });

      test('more than fits in one go', async () => {
        const many = Array.from({ length: 2500 }, (_, i) => decision(`d-${i}`, { expires: T + 1 }));
        await ledger.appendDecisions([...many.map((each) => made(each)), made(decision('stays'))]);
        await ledger.appendAudit(many.map(({ id }) => audit(id, T)));
        expect(await ledger.retain(T + 2)).toBe(5000);
        expect(await inForce(T)).toEqual(['stays']);
      });
    });

    describe('the journal', () => {
      const told = async (from: Ledger) =>
        (await from.journal(0, 1_000)).map(({ kind, id }) => `${kind} ${id}`);

      test('tells of every write with its record, in order, once', async () => {
        const event = made(decision('d-1'));
        await ledger.appendDecisions([event], [audit('a-1', T)]);
        await ledger.appendDecisions([event, lifted('d-1', T + 1, 'l-1')], [audit('a-1', T)]);
        await ledger.appendPolicy(policy('main', 1));
        await ledger.appendAudit([audit('a-2', T - MINUTE), audit('a-2', T)]);
        const journal = await (await reopen()).journal(0, 10);
        expect(journal.map(({ kind, id, at, record }) => ({ kind, id, at, record }))).toEqual([
          { kind: 'audit', id: 'a-1', at: T, record: audit('a-1', T) },
          { kind: 'decision', id: event.id, at: T, record: event },
          { kind: 'decision', id: 'l-1', at: T + 1, record: lifted('d-1', T + 1, 'l-1') },
          { kind: 'policy', id: 'main@1', at: T + 1, record: policy('main', 1) },
          { kind: 'audit', id: 'a-2', at: T - MINUTE, record: audit('a-2', T - MINUTE) },
        ]);
        expect(await ledger.journal(journal[2]?.number as number, 1)).toEqual([journal[3]]);
        expect(await ledger.strays(10)).toEqual([]);
      });

      test('a decision is told of as it was made, whatever came after', async () => {
        const event = made(decision('d-1'));
        await ledger.appendDecisions([event, extended('d-1', T + 1, T + 99 * MINUTE)]);
        expect((await ledger.journal(0, 1))[0]?.record).toEqual(event);
      });

      test('what is refused is not told of', async () => {
        await expect(ledger.appendPolicy(policy('main', 2))).rejects.toMatchObject({
          code: 'policy_conflict',
        });
        expect(await told(ledger)).toEqual([]);
      });

      test('who follows it while several write misses nothing', async () => {
        const other = await reopen();
        const writing = Promise.all(
          Array.from({ length: 40 }, (_, i) =>
            (i % 2 === 0 ? ledger : other).appendAudit([audit(`${i}`, T)]),
          ),
        );
        const seen: string[] = [];
        let after = 0;
        const read = async (): Promise<void> => {
          for (const { number, id } of await ledger.journal(after, 3)) {
            after = number;
            seen.push(id);
          }
        };
        let isWriting = true;
        const done = writing.then(() => {
          isWriting = false;
        });
        while (isWriting) {
          await read();
          await new Promise(setImmediate);
        }
        await done;
        for (let turn = 0; turn < 14; turn++) await read();
        expect(seen.toSorted()).toEqual(Array.from({ length: 40 }, (_, i) => `${i}`).toSorted());
      });

      test('retention takes what is gone from it, and numbers are not given again', async () => {
        await ledger.appendAudit([audit('old', T), audit('young', T + MINUTE)]);
        const before = await ledger.journal(0, 10);
        await ledger.retain(T + 1);
        expect(await told(ledger)).toEqual(['audit young']);
        await ledger.retain(T + 2 * MINUTE);
        await ledger.appendAudit([audit('next', T + 3 * MINUTE)]);
        const [next] = await ledger.journal(0, 10);
        expect(next?.number).toBeGreaterThan(before[1]?.number as number);
      });
    });

    test('a closed ledger refuses with ledger_unavailable; closing twice is no error', async () => {
      await ledger.close();
      await ledger.close();
      const unavailable = { code: 'ledger_unavailable' };
      await expect(ledger.appendDecisions([made(decision('a'))])).rejects.toMatchObject(unavailable);
      await expect(ledger.appendAudit([audit('1', T)])).rejects.toMatchObject(unavailable);
      await expect(ledger.appendPolicy(policy('main', 1))).rejects.toMatchObject(unavailable);
      await expect(ledger.decisionsInForce(T)).rejects.toMatchObject(unavailable);
    });
  });
}
