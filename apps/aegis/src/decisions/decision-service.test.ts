import { AegisError, type Decision } from '@aegis/model';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import type { DecisionChange } from '../node/services.ts';
import {
  ALICE,
  type DecisionFixture,
  type DecisionFixtureOptions,
  MINUTE,
  openDecisions,
  proposed,
  wish,
} from './decision-fixture.ts';
import { OWN_ORIGIN } from './make-room.ts';

/** However busy the machine is. */
const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, 10_000);

const opened: DecisionFixture[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

async function open(options: DecisionFixtureOptions = {}): Promise<DecisionFixture> {
  const fixture = await openDecisions(options);
  opened.push(fixture);
  return fixture;
}

async function restarted(fixture: DecisionFixture): Promise<DecisionFixture> {
  opened.splice(opened.indexOf(fixture), 1);
  const again = await fixture.restart();
  opened.push(again);
  return again;
}

async function added(fixture: DecisionFixture, changes: Parameters<typeof wish>[0] = {}): Promise<Decision> {
  const [result] = await fixture.service.add([wish(changes)], ALICE);
  if (result?.ok !== true) throw new Error(`refused: ${JSON.stringify(result)}`);
  return result.value;
}

test('a wish is kept, takes effect and is told, in this order', async () => {
  const fixture = await open();
  const { service, engine, ledger } = fixture;
  const order: string[] = [];
  const append = ledger.appendDecisions.bind(ledger);
  vi.spyOn(ledger, 'appendDecisions').mockImplementation((...words) => {
    order.push(`kept, in force before: ${engine.size}`);
    return append(...words);
  });
  service.onChange(({ kind }) => order.push(`${kind}, in force: ${engine.size}`));
  const decision = await added(fixture);
  await eventually(() => expect(order).toEqual(['kept, in force before: 0', 'made, in force: 1']));
  expect(decision).toMatchObject({ origin: 'operator', source: 'alice', weight: 1 });
  expect(engine.check({ address: '192.0.2.1' }, fixture.clock.now()).outcome).toBe('block');
});

test('while the ledger is away nothing takes effect, changes or ends, and then it works again', async () => {
  const fixture = await open();
  const { service, clock, ledger } = fixture;
  const changes: DecisionChange[] = [];
  service.onChange((change) => changes.push(change));
  const standing = await added(fixture, { value: '192.0.2.9' });
  const before = fixture.inForce();
  const away = vi
    .spyOn(ledger, 'appendDecisions')
    .mockRejectedValue(new AegisError('ledger_unavailable', 'away'));
  const asked = [
    service.add([wish()], ALICE),
    service.lift(standing.id, 'mistake', ALICE),
    service.liftMatching({ scope: 'ip', value: '192.0.2.9' }, 'mistake', ALICE),
    service.propose([proposed(clock.now()), proposed(clock.now(), { value: '192.0.2.9' })]),
  ];
  for (const each of asked) await expect(each).rejects.toMatchObject({ code: 'ledger_unavailable' });
  expect(fixture.inForce()).toEqual(before);
  expect(changes).toHaveLength(1);
  away.mockRestore();
  expect(await service.lift(standing.id, 'mistake', ALICE)).toBe(true);
});

test('the same key is decided once: in one call, in the next, after it ended, after a restart', async () => {
  const fixture = await open();
  const keyed = [wish({ key: 'k' }), wish({ key: 'k', value: '192.0.2.2' }), wish({ key: 'other' })];
  const kinds = async (on: DecisionFixture): Promise<readonly string[]> =>
    (await on.service.add(keyed, ALICE)).map((result) => (result.ok ? 'made' : result.error.kind));
  expect(await kinds(fixture)).toEqual(['made', 'already_decided', 'made']);
  expect(await kinds(fixture)).toEqual(Array(3).fill('already_decided'));
  await fixture.service.liftMatching({ scope: 'ip', value: '192.0.2.1' }, 'enough', ALICE);
  const again = await restarted(fixture);
  expect(await kinds(again)).toEqual(Array(3).fill('already_decided'));
  expect(again.inForce()).toEqual([]);
});

test.each([
  ['loopback', { value: '127.0.0.9' }],
  ['loopback in an IPv6 dress', { value: '::ffff:127.0.0.1' }],
  ['a protected address', { value: '198.51.100.20' }],
  ['a range around a protected one', { scope: 'range', value: '198.51.0.0/16' }],
  ['a range within a protected one', { scope: 'range', value: '198.51.100.128/25' }],
  ['a range around a protected IPv6 address', { scope: 'range', value: '2001:db8:1::/48' }],
  ['an exempt address', { value: '203.0.113.7' }],
  ['a range around an exempt address', { scope: 'range', value: '203.0.113.0/24' }],
  ['a range that holds loopback', { scope: 'range', value: '126.0.0.0/7' }],
  ['everything', { scope: 'range', value: '0.0.0.0/0' }],
] as const)('nobody is locked out: %s is refused, whoever asks', async (_, target) => {
  const { service, engine, clock, metrics } = await open();
  const [result] = await service.add([wish(target)], ALICE);
  expect(result).toMatchObject({ ok: false, error: { kind: 'protected' } });
  await service.propose([proposed(clock.now(), target)]);
  expect(engine.size).toBe(0);
  expect(await metrics.registry.getSingleMetricAsString('aegis_proposals_refused_total')).toContain(
    'reason="protected"} 1',
  );
});

test('what is allowed or only observed may be about protected addresses', async () => {
  const fixture = await open();
  await added(fixture, { value: '198.51.100.20', action: 'allow' });
  expect(fixture.inForce()).toEqual(['allow 198.51.100.20 until +60 min']);
});

test('every wish and every end is audited with what came of it, refusals and repetitions too', async () => {
  const fixture = await open();
  const { service, ledger } = fixture;
  const [made] = await service.add(
    [wish({ key: 'k' }), wish({ value: '127.0.0.1' }), wish({ key: 'k' })],
    ALICE,
  );
  await service.liftMatching({ scope: 'ip', value: '192.0.2.1' }, 'mistake', ALICE);
  const entries = (await ledger.audit({ limit: 10 })).toReversed();
  expect(entries.map(({ action, target, result }) => [action, target, result])).toEqual([
    ['decision.add', 'ip:192.0.2.1', 'ok'],
    ['decision.add', 'ip:127.0.0.1', 'refused'],
    ['decision.add', 'ip:192.0.2.1', 'refused'],
    ['decision.lift', 'ip:192.0.2.1', 'ok'],
  ]);
  expect(new Set(entries.map(({ actor, from }) => `${actor} ${from}`))).toEqual(
    new Set(['alice 198.51.100.7']),
  );
  const id = made?.ok === true ? made.value.id : '';
  expect(entries.map(({ detail }) => detail)).toMatchObject([
    { id, action: 'ban', duration_ms: 60 * MINUTE, reason: 'asked for' },
    { refused: expect.stringContaining('protected') },
    { refused: expect.stringContaining('before') },
    { id, reason: 'mistake' },
  ]);
});

test('a restart restores exactly what is in force', async () => {
  const fixture = await open();
  const { service, clock } = fixture;
  await service.add(
    [
      wish({ value: '192.0.2.1', durationMs: 10 * MINUTE }),
      wish({ value: '192.0.2.2' }),
      wish({ value: '192.0.2.3' }),
      wish({ scope: 'country', value: 'xx', action: 'captcha' }),
    ],
    ALICE,
  );
  await service.propose([proposed(clock.now(), { value: '192.0.2.4', durationMs: 16 * MINUTE })]);
  await service.liftMatching({ scope: 'ip', value: '192.0.2.2' }, 'mistake', ALICE);
  clock.advance(8 * MINUTE);
  await service.propose([proposed(clock.now(), { value: '192.0.2.4', durationMs: 16 * MINUTE })]);
  clock.advance(2 * MINUTE);
  const expected = ['ban 192.0.2.3 until +60 min', 'ban 192.0.2.4 until +24 min', 'captcha XX until +60 min'];
  expect(fixture.inForce()).toEqual(expected);
  const again = await restarted(fixture);
  expect(again.inForce()).toEqual(expected);
  expect(again.engine.size).toBe(3);
});

test('what expired takes no room, and is gone from the engine after a sweep', async () => {
  const fixture = await open({ maxInForce: 2 });
  const { service, clock, engine } = fixture;
  await service.add([wish({ value: '192.0.2.1' }), wish({ value: '192.0.2.2' })], ALICE);
  clock.advance(60 * MINUTE);
  await added(fixture, { value: '192.0.2.3' });
  expect(engine.size).toBe(1);
  clock.advance(60 * MINUTE);
  service.sweep();
  expect(engine.size).toBe(0);
  expect(await fixture.service.lift((await added(fixture)).id, 'x', ALICE)).toBe(true);
});

test('an operator finds room that own detections had taken, and is refused where nothing gives way', async () => {
  const fixture = await open({ maxInForce: 3 });
  const { service, clock } = fixture;
  await service.propose([proposed(clock.now(), { value: '192.0.2.1' })]);
  const values = ['192.0.2.11', '192.0.2.12', '192.0.2.13', '192.0.2.14'];
  const results = await service.add(
    values.map((value) => wish({ value })),
    ALICE,
  );
  expect(results.map((result) => (result.ok ? 'made' : result.error.kind))).toEqual([
    'made',
    'made',
    'made',
    'full',
  ]);
  await service.propose([proposed(clock.now(), { value: '192.0.2.2' })]);
  expect(fixture.inForce()).toEqual(values.slice(0, 3).map((value) => `ban ${value} until +60 min`));
  const refused = (await fixture.ledger.audit({ limit: 1 })).at(0);
  expect(refused).toMatchObject({ target: 'ip:192.0.2.14', result: 'refused' });
});

test('the history of a decision tells how it stands', async () => {
  const fixture = await open();
  const { service, clock } = fixture;
  const { id } = await added(fixture);
  expect(await service.get(id)).toMatchObject({ decision: { id } });
  clock.advance(MINUTE);
  await service.lift(id, 'mistake', ALICE);
  expect(await service.get(id)).toMatchObject({
    lifted: { at: clock.now(), by: 'alice', reason: 'mistake' },
  });
  expect(await service.get('unknown')).toBeUndefined();
  expect((await service.list({ limit: 10 })).decisions).toHaveLength(1);
});

test('of what is not in force nothing can be lifted', async () => {
  const fixture = await open();
  const { service, clock } = fixture;
  const { id } = await added(fixture);
  clock.advance(60 * MINUTE);
  expect(await service.lift(id, 'late', ALICE)).toBe(false);
  expect(await service.liftMatching({ scope: 'ip', value: '192.0.2.1' }, 'late', ALICE)).toBe(0);
  expect(await service.liftMatching({ scope: 'ip', value: 'nonsense' }, 'what', ALICE)).toBe(0);
});

test('a bus that is away takes nothing back of what is in force', async () => {
  const fixture = await open();
  await fixture.bus.close();
  await added(fixture);
  expect(fixture.inForce()).toEqual(['ban 192.0.2.1 until +60 min']);
  expect(() => fixture.service.onChange(() => {})()).not.toThrow();
});

test('a listener that fails keeps nobody else from hearing', async () => {
  const fixture = await open();
  const heard: string[] = [];
  fixture.service.onChange(() => {
    throw new Error('deaf');
  });
  const stop = fixture.service.onChange(({ kind }) => heard.push(kind));
  const { id } = await added(fixture);
  await fixture.service.lift(id, 'x', ALICE);
  await eventually(() => expect(heard).toEqual(['made', 'lifted']));
  stop();
  await added(fixture);
  expect(heard).toHaveLength(2);
});

test('whatever comes at the same time, the engine holds what the ledger says and no more than the bound', async () => {
  const value = fc.integer({ min: 1, max: 6 }).map((n) => `192.0.2.${n}`);
  const minutes = fc.integer({ min: 1, max: 90 });
  const action = fc.constantFrom('observe', 'throttle', 'captcha', 'ban');
  const deed = fc.oneof(
    fc.record({ kind: fc.constant('add'), value, action, minutes }),
    fc.record({ kind: fc.constant('propose'), value, action, minutes }),
    fc.record({ kind: fc.constant('lift'), value }),
    fc.record({ kind: fc.constant('wait'), minutes }),
  );
  const property = fc.asyncProperty(fc.array(deed, { maxLength: 30 }), async (deeds) => {
    const fixture = await openDecisions({ maxInForce: 5 });
    const { service, clock, ledger, engine } = fixture;
    try {
      const pending: Promise<unknown>[] = [];
      for (const [index, each] of deeds.entries()) {
        const durationMs = ('minutes' in each ? each.minutes : 0) * MINUTE;
        if (each.kind === 'wait') {
          await Promise.all(pending);
          clock.advance(durationMs);
          if (index % 2 === 0) service.sweep();
        } else if (each.kind === 'add')
          pending.push(service.add([wish({ value: each.value, action: each.action, durationMs })], ALICE));
        else if (each.kind === 'propose') {
          const { action: wanted, value: target } = each;
          const changes = { value: target, action: wanted, durationMs, key: `deed ${index}` };
          pending.push(service.propose([proposed(clock.now(), changes)]));
        } else pending.push(service.liftMatching({ scope: 'ip', value: each.value }, 'x', ALICE));
      }
      await Promise.all(pending);
      service.sweep();
      const held = [...engine.decisions()].map(({ id, expires }) => `${id} ${expires}`).sort();
      const kept = await ledger.decisionsInForce(clock.now());
      expect(held).toEqual(kept.map(({ id, expires }) => `${id} ${expires}`).sort());
      expect(engine.size).toBeLessThanOrEqual(5);
      const operators = kept.filter(({ origin }) => origin !== OWN_ORIGIN);
      const lifted = (await ledger.audit({ limit: 1_000, action: 'decision.lift' })).map(
        ({ detail }) => detail.id,
      );
      for (const { decision, lifted: end } of (await ledger.decisions({ limit: 1_000 })).decisions) {
        // What an operator decided ends by an operator or by its time alone.
        if (end !== undefined && decision.origin !== OWN_ORIGIN) expect(lifted).toContain(decision.id);
      }
      expect(operators.length).toBeLessThanOrEqual(5);
    } finally {
      await fixture.close();
    }
  });
  await fc.assert(property, { numRuns: 60 });
});

test('what was ended as a false positive is counted by what was wrong, and said in its history', async () => {
  const fixture = await open();
  const { service, metrics } = fixture;
  const one = await added(fixture);
  const other = await added(fixture, { value: '192.0.2.200' });
  await service.lift(one.id, 'our monitor', ALICE, 'known_client');
  await service.lift(other.id, 'served its time', ALICE);
  const { values } = await metrics.falsePositives.get();
  expect(values.map(({ labels, value }) => [labels.reason, value])).toEqual([['known_client', 1]]);
  expect((await service.get(one.id))?.lifted?.reason).toBe('false positive (known_client): our monitor');
});
