import { type Address, AegisError, type Prefix } from '@aegis/model';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { ALICE, MINUTE, wish } from '../decisions/decision-fixture.ts';
import { configPolicy } from './node-policy.ts';
import { POLICY_TOPIC, type PolicyUpdate } from './policies.ts';
import { ADMIN, body, CONFIG, changed, openPolicies, type PolicyFixture } from './policy-fixture.ts';
import { countStrategies } from './strategy-metrics.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function open(): Promise<PolicyFixture> {
  const fixture = await openPolicies();
  closing.push(() => fixture.decisions.close());
  return fixture;
}

const prefixes = (...texts: readonly string[]): readonly Prefix[] =>
  texts as readonly string[] as readonly Prefix[];
const now = { base: 0, force: false };

test('before anything was applied the policy is what the config says, with what the node protects', async () => {
  const { policies, decisions } = await open();
  expect(policies.current()).toMatchObject({ version: 0, source: 'config', policy: configPolicy(CONFIG) });
  expect(decisions.engine.policy.protected).toEqual(['10.0.0.0/24']);
  expect(await policies.history(10)).toMatchObject([{ version: 0, source: 'config' }]);
});

test('what is applied is in force with the protections of the node once, kept, audited and told', async () => {
  const { policies, decisions, own } = await open();
  const told: string[] = [];
  await decisions.bus.subscribe(POLICY_TOPIC, ({ payload }) => void told.push(payload));
  own.push('192.0.2.50/32' as Prefix);
  await policies.protectOwnAddresses();
  const policy = changed('strict', { protected: prefixes('10.0.0.0/24', '10.9.0.0/16') });
  const applied = await policies.apply({ ...now, policy, reason: 'as agreed' }, ADMIN);
  expect(applied).toMatchObject({ ok: true, value: { version: 1, source: 'document', author: 'alice' } });
  expect(decisions.engine.policy.protected).toEqual(['10.0.0.0/24', '10.9.0.0/16', '192.0.2.50/32']);
  expect(body(policies.current().policy)).toBe(body(policy));
  const [entry] = await decisions.ledger.audit({ limit: 1 });
  expect(entry).toMatchObject({
    action: 'policy.apply',
    target: 'policy:strict',
    actor: 'alice',
    from: '198.51.100.7',
    result: 'ok',
    detail: { version: 1, reason: 'as agreed', forced: false, changes_count: 2 },
  });
  expect((await decisions.metrics.policyVersion.get()).values[0]?.value).toBe(1);
  const updates = told.map((payload) => JSON.parse(payload) as PolicyUpdate);
  expect(updates.map(({ type, version, author }) => [type, version, author])).toEqual([
    ['policy_update', 0, 'node'],
    ['policy_update', 1, 'alice'],
  ]);
});

test('a restart comes back with the latest, a rollback with exactly what was', async () => {
  const { policies, restart } = await open();
  const [first, second] = [changed('first'), changed('second', { exempt: prefixes('203.0.113.0/24') })];
  await policies.apply({ ...now, policy: first, reason: 'one' }, ADMIN);
  await policies.apply({ base: 1, force: false, policy: second, reason: 'two' }, ADMIN);
  const again = await restart();
  expect(again.policies.current()).toMatchObject({ version: 2, reason: 'two', policy: second });
  expect(again.decisions.engine.policy.exempt).toEqual(['203.0.113.0/24']);
  const restored = await again.policies.rollback(
    { base: 2, force: false, version: 1, reason: 'back' },
    ADMIN,
  );
  expect(restored).toMatchObject({ ok: true, value: { version: 3, source: 'document', policy: first } });
  const [latest, , earliest] = await again.decisions.ledger.policyHistory('policy', 10);
  expect(latest?.body).toBe(earliest?.body);
  expect(await again.policies.version(2)).toMatchObject({ version: 2, policy: second });
  expect(await again.policies.version(9)).toBeUndefined();
  expect((await again.policies.history(10)).map(({ version }) => version)).toEqual([3, 2, 1, 0]);
});

test('a rollback to version 0 follows the config, also where that changes meanwhile', async () => {
  const { policies, restart } = await open();
  await policies.apply({ ...now, policy: changed('mine'), reason: 'one' }, ADMIN);
  await policies.rollback({ base: 1, force: false, version: 0, reason: 'back' }, ADMIN);
  const again = await restart();
  expect(again.policies.current()).toMatchObject({
    version: 2,
    source: 'config',
    policy: configPolicy(CONFIG),
  });
});

test('of two changes from the same version one wins, the other is told of the conflict', async () => {
  const { policies, decisions } = await open();
  const outcomes = await Promise.all(
    ['a', 'b'].map((name) => policies.apply({ ...now, policy: changed(name), reason: name }, ADMIN)),
  );
  expect(outcomes.map(({ ok }) => ok)).toEqual([true, false]);
  expect(outcomes[1]).toMatchObject({
    error: { kind: 'policy_conflict', message: expect.stringContaining('version 1') },
  });
  expect(policies.current()).toMatchObject({ version: 1, policy: { name: 'a' } });
  const [refused] = await decisions.ledger.audit({ limit: 1 });
  expect(refused).toMatchObject({ result: 'refused', target: 'policy:b' });
});

test('another process on the same ledger that was faster is a conflict, and nothing takes effect', async () => {
  const { policies, decisions } = await open();
  const other = { name: 'policy', version: 1, at: 0, author: 'bob', reason: 'x', body: '{"from":"config"}' };
  await decisions.ledger.appendPolicy(other);
  const refused = await policies.apply({ ...now, policy: changed('late'), reason: 'x' }, ADMIN);
  expect(refused).toMatchObject({ ok: false, error: { kind: 'policy_conflict' } });
  expect(policies.current().version).toBe(0);
  expect(decisions.engine.policy.name).toBe('config');
});

test('a ledger that is away changes nothing', async () => {
  const { policies, decisions } = await open();
  vi.spyOn(decisions.ledger, 'appendPolicy').mockRejectedValueOnce(
    new AegisError('ledger_unavailable', 'away'),
  );
  await expect(policies.apply({ ...now, policy: changed('x'), reason: 'x' }, ADMIN)).rejects.toMatchObject({
    code: 'ledger_unavailable',
  });
  expect([policies.current().version, decisions.engine.policy.name]).toEqual([0, 'config']);
});

test('a version that cannot be read keeps the node from starting with another policy', async () => {
  const { decisions, restart } = await open();
  const version = {
    name: 'policy',
    version: 1,
    at: 0,
    author: 'bob',
    reason: 'x',
    body: '{"strategies":[]}',
  };
  await decisions.ledger.appendPolicy(version);
  await expect(restart()).rejects.toMatchObject({
    code: 'bad_policy',
    message: expect.stringContaining('version 1'),
  });
});

test('nobody locks himself out unless he insists', async () => {
  const { policies, decisions } = await open();
  const home = changed('home', { protected: prefixes('198.51.100.0/24') });
  await policies.apply({ ...now, policy: home, reason: 'our network' }, ADMIN);
  const away = { base: 1, force: false, policy: changed('away'), reason: 'moving' };
  const refused = await policies.apply(away, ADMIN);
  expect(refused).toMatchObject({
    ok: false,
    error: { kind: 'lock_out', risks: ['198.51.100.0/24 would no longer be protected'] },
  });
  expect(await policies.apply({ ...away, force: true }, ADMIN)).toMatchObject({ ok: true });
  const [forced] = await decisions.ledger.audit({ limit: 1 });
  expect(forced?.detail).toMatchObject({
    forced: true,
    risks: ['198.51.100.0/24 would no longer be protected'],
  });
});

test('a decision that is only watched now and would hit the caller is a risk', async () => {
  const { policies, decisions } = await open();
  const watching = changed('watching', {
    strategies: configPolicy(CONFIG).strategies.map((each) => ({ ...each, mode: 'shadow' })),
  });
  await policies.apply({ ...now, policy: watching, reason: 'trial' }, ADMIN);
  await decisions.service.add([wish({ value: '198.51.100.0/24', scope: 'range', reason: 'noise' })], ALICE);
  expect(decisions.engine.check({ address: '198.51.100.7' }, decisions.clock.now()).outcome).toBe('none');
  const risks = policies.risks(changed('enforcing'), ADMIN.clients);
  expect(risks).toEqual([
    expect.stringMatching(/^decision .* would hit 198\.51\.100\.7, .* with block: noise$/),
  ]);
  expect(policies.risks(changed('enforcing'), ['192.0.2.9' as Address])).toEqual([]);
});

test('who is exempt, calls from there and would be no longer, is told', async () => {
  const { policies } = await open();
  const partner = { clients: ['203.0.113.7' as Address] };
  expect(policies.risks(changed('x', { exempt: [] }), partner.clients)).toEqual([
    '203.0.113.7, from where this change comes, would no longer be exempt',
  ]);
});

test('what nobody may lift cannot be lifted by force either', async () => {
  const { policies, decisions } = await open();
  await policies.apply(
    { ...now, force: true, policy: changed('bare', { protected: [] }), reason: 'x' },
    ADMIN,
  );
  const [loopback, managed] = await decisions.service.add(
    [wish({ value: '127.0.0.1' }), wish({ value: '10.0.0.7' })],
    ALICE,
  );
  expect([loopback?.ok, managed?.ok]).toEqual([false, false]);
});

test('an address that the machine is given is protected, once, and decisions on it are withheld', async () => {
  const { policies, decisions, own } = await open();
  await decisions.service.add([wish({ value: '192.0.2.50' })], ALICE);
  const [decision] = [...decisions.engine.decisions()];
  expect(decision !== undefined && policies.enforces(decision)).toBe(true);
  let updates = 0;
  policies.onChange(() => updates++);
  own.push('192.0.2.50/32' as Prefix);
  await policies.protectOwnAddresses();
  await policies.protectOwnAddresses();
  expect(decision !== undefined && policies.enforces(decision)).toBe(false);
  expect(decisions.engine.policy.protected).toEqual(['10.0.0.0/24', '192.0.2.50/32']);
  expect(updates).toBe(1);
});

test('in whatever order changes come, the versions have no gaps and the latest is in force', async () => {
  const seed = Date.now();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.boolean(), fc.nat(6), fc.nat(6)), { minLength: 1, maxLength: 8 }),
      async (steps) => {
        const { policies, decisions } = await openPolicies();
        let latest = 0;
        for (const [isRollback, version, base] of steps) {
          const common = { base, force: true, reason: 'x' };
          const result = isRollback
            ? await policies.rollback({ ...common, version }, ADMIN)
            : await policies.apply({ ...common, policy: changed(`p${version}`) }, ADMIN);
          if (result.ok) latest++;
          expect(result.ok).toBe(base === latest - (result.ok ? 1 : 0) && (!isRollback || version < latest));
        }
        const kept = await decisions.ledger.policyHistory('policy', 100);
        expect(kept.map((each) => each.version)).toEqual(
          Array.from({ length: latest }, (_, n) => latest - n),
        );
        expect(policies.current().version).toBe(latest);
        expect(decisions.engine.policy.name).toBe(policies.current().policy.name);
        await decisions.close();
      },
    ),
    { numRuns: 30, seed },
  );
});

test('strategies are counted for metrics by name and mode, those of an old policy no longer', async () => {
  const { policies, decisions } = await open();
  const { engine, metrics, clock } = decisions;
  countStrategies(metrics.registry, engine);
  await decisions.service.add([wish({ durationMs: 60 * MINUTE })], ALICE);
  engine.check({ address: '192.0.2.1' }, clock.now());
  const text = async (): Promise<string> => metrics.registry.metrics();
  expect(await text()).toContain('aegis_strategy_decided_total{strategy="operator",mode="enforce"} 1');
  const strategies = configPolicy(CONFIG).strategies.map((each) => ({ ...each, name: `new ${each.name}` }));
  const other = changed('x', { strategies });
  await policies.apply({ ...now, policy: other, reason: 'x' }, ADMIN);
  expect(await text()).not.toContain('strategy="operator"');
  expect(await text()).toContain('aegis_policy_version 1');
});
