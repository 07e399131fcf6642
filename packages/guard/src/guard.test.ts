import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GUARD_PRESETS } from './config/presets.ts';
import { DEAREST_MESSAGE } from './costs/message-cost.ts';
import { RPC_COSTS } from './costs/rpc-costs.ts';
import { guardFixture } from './testing/guard-fixture.ts';
import { TRUST_BANDS } from './trust/trust-bands.ts';

const DAY = 86_400_000;
const text = { channel: 'c', recipientCount: 5, size: 100, isMedia: false };

describe('calls', () => {
  test('a new client has the burst of its trust band, and is told when to come again', () => {
    const { guard, clock } = guardFixture();
    let passed = 0;
    for (; guard.checkRpc({ user: 'u', method: 'profile' }).allowed; passed++);
    // 60 tokens of the preset, halved.
    expect(passed).toBe(30);
    const refused = guard.checkRpc({ user: 'u', method: 'profile' });
    expect(refused).toMatchObject({
      allowed: false,
      limitedBy: 'user',
      state: 'throttled',
      silentDrop: false,
    });
    clock.advance(refused.retryAfterMs);
    expect(guard.checkRpc({ user: 'u', method: 'profile' })).toMatchObject({ allowed: true, delayMs: 500 });
  });

  test.each(TRUST_BANDS.map(({ upTo, limits }) => [upTo, limits] as const))(
    'at trust %d limits are x %d',
    (trust, times) => {
      const { guard, clock } = guardFixture();
      const now = clock.now();
      const quiet = { state: 'normal', until: 0, score: 0, scoreAt: now, recoveredAt: now, seenAt: now };
      guard.restore({ clients: [{ user: 'u', trust, ...quiet }], bans: [], cases: [] });
      let passed = 0;
      for (; guard.checkRpc({ user: 'u', method: 'profile' }).allowed; passed++);
      expect(passed).toBe(60 * times);
    },
  );

  test('every call of the cost table passes at last, in every preset, and costs what the table says', () => {
    for (const config of Object.values(GUARD_PRESETS))
      for (const [method, { cost }] of Object.entries(RPC_COSTS)) {
        const { guard, clock } = guardFixture({ ...config, mode: 'full' });
        for (let turn = 0; turn < 3; turn++) {
          const { allowed, retryAfterMs } = guard.checkRpc({ user: 'u', device: 'd', method, channel: 'c' });
          if (allowed) continue;
          expect(retryAfterMs).toBeLessThan(30 * 60_000);
          clock.advance(Math.max(retryAfterMs, 600_000));
          expect(guard.checkRpc({ user: 'u', device: 'd', method, channel: 'c' }).allowed).toBe(true);
        }
        const before = guard.quotas({ user: 'fresh', method })[0]?.remaining ?? 0;
        guard.checkRpc({ user: 'fresh', method });
        const after = guard.quotas({ user: 'fresh', method })[0]?.remaining ?? 0;
        expect(before - after).toBe(Math.min(cost, before));
      }
  });

  test('the dearest message there is passes, and is paid for', () => {
    const { guard, clock } = guardFixture();
    const huge = { user: 'u', channel: 'c', recipientCount: 5_000, size: 1 << 20, isMedia: true };
    expect(guard.checkSendMessage(huge).allowed).toBe(true);
    const next = guard.checkSendMessage({ user: 'u', ...text });
    expect(next.allowed).toBe(false);
    // 120 tokens at 2/s, halved by the trust of a new client: two minutes, less the burst that the bucket holds.
    expect(next.retryAfterMs).toBeGreaterThan((DEAREST_MESSAGE - 5) * 1000 - 10_000);
    clock.advance(next.retryAfterMs + 600_000);
    expect(guard.checkSendMessage(huge).allowed).toBe(true);
  });

  test('what one bucket refuses takes from none of the others', () => {
    const { guard } = guardFixture();
    for (let i = 0; i < 40; i++) guard.checkSendMessage({ user: 'u', ...text });
    // The room's bucket is empty for this member, so nothing else was charged beyond what passed.
    const [user] = guard.quotas({ user: 'u', method: 'send' });
    expect(user?.remaining).toBeGreaterThanOrEqual(30 - 3);
  });

  test('a busy room is not held against who comes last', () => {
    const { guard, events } = guardFixture();
    let refused = 0;
    for (let i = 0; i < 500; i++) {
      const verdict = guard.checkSendMessage({ user: `member-${i}`, ...text });
      if (verdict.allowed) continue;
      refused++;
      expect(verdict).toMatchObject({ limitedBy: 'channel', state: 'normal', trust: 100 });
    }
    expect(refused).toBeGreaterThan(300);
    expect(events).toEqual([]);
  });

  test('methods that nobody named share one bucket', () => {
    const { guard } = guardFixture();
    let passed = 0;
    for (let i = 0; i < 100; i++) if (guard.checkRpc({ user: 'u', method: `made-up-${i}` }).allowed) passed++;
    expect(passed).toBe(6);
  });

  test('names of the prototype are names like any other', () => {
    const { guard } = guardFixture();
    for (const name of ['__proto__', 'constructor', 'toString'])
      expect(guard.checkRpc({ user: name, device: name, method: name, channel: name }).allowed).toBe(true);
    expect(guard.inspect('__proto__').known).toBe(true);
  });
});

describe('what states do', () => {
  test('reads pass where writes are disabled; a shadow ban tells success and delivers nothing', () => {
    const { guard } = guardFixture();
    guard.setState('w', 'write_disabled', { by: 'op', reason: 'test' });
    expect(guard.checkRpc({ user: 'w', method: 'profile' }).allowed).toBe(true);
    expect(guard.checkSendMessage({ user: 'w', ...text })).toMatchObject({
      allowed: false,
      limitedBy: 'state',
    });
    guard.setState('s', 'shadow_banned', { by: 'op', reason: 'test' });
    expect(guard.checkSendMessage({ user: 's', ...text })).toMatchObject({ allowed: true, silentDrop: true });
    expect(guard.checkRpc({ user: 's', method: 'sync' })).toMatchObject({ allowed: true, silentDrop: false });
    guard.setState('d', 'disconnected', { by: 'op', reason: 'test' });
    expect(guard.checkRpc({ user: 'd', method: 'profile' })).toMatchObject({
      allowed: false,
      limitedBy: 'state',
    });
    expect(guard.checkConnection('192.0.2.1', { user: 'd' }).allowed).toBe(false);
  });

  test('a flood goes Normal, Throttled, WriteDisabled, ShadowBanned', () => {
    const { guard, clock, events } = guardFixture();
    for (let second = 0; second < 20; second++) {
      for (let i = 0; i < 50; i++) guard.checkSendMessage({ user: 'f', ...text });
      clock.advance(1_000);
    }
    const states = events.flatMap((event) => (event.kind === 'transition' ? [event.to] : []));
    expect(states).toEqual(['throttled', 'write_disabled', 'shadow_banned']);
    expect(
      guard.checkSendMessage({ user: 'f', ...text }).silentDrop ||
        !guard.checkSendMessage({ user: 'f', ...text }).allowed,
    ).toBe(true);
  });

  test('without the opt-in nobody is shadow-banned: writes are refused openly, for as long', () => {
    const { guard } = guardFixture({ shadowBan: 'off' });
    guard.reportViolation({ user: 'u', violation: 'spam' });
    expect(guard.inspect('u').state).toBe('write_disabled');
    expect(guard.checkSendMessage({ user: 'u', ...text })).toMatchObject({
      allowed: false,
      retryAfterMs: 7_200_000,
    });
  });

  test('with approval an operator is asked, once, and decides', () => {
    const { guard } = guardFixture({ shadowBan: 'approval' });
    for (let i = 0; i < 5; i++) guard.reportViolation({ user: 'u', violation: 'spam' });
    const [asking, ...others] = guard.cases({ asks: true });
    expect(others).toEqual([]);
    expect(guard.inspect('u').state).toBe('write_disabled');
    guard.rule(asking?.id ?? '', 'upheld', { by: 'op', reason: 'spam it is' });
    expect(guard.list('shadow_banned', 10).map(({ user }) => user)).toEqual(['u']);
    expect(guard.inspect('u').until).toBeLessThan(Infinity);
  });

  test('light mode throttles and does no more', () => {
    const { guard } = guardFixture({ mode: 'light' });
    for (let i = 0; i < 5; i++) guard.reportViolation({ user: 'u', violation: 'protocol_attack' });
    expect(guard.inspect('u').state).toBe('throttled');
    expect(guard.checkSendMessage({ user: 'v', ...text, recipientCount: 5_000 }).allowed).toBe(true);
    expect(guard.inspect('v').trust).toBe(100);
  });

  test('what an operator sets without an end is still there after years and many sweeps', () => {
    const { guard, clock } = guardFixture();
    guard.setState('u', 'disconnected', { by: 'op', reason: 'for good' }, Infinity);
    for (let i = 0; i < 20; i++) {
      clock.advance(100 * DAY);
      guard.sweep();
    }
    expect(guard.inspect('u')).toMatchObject({ state: 'disconnected', until: Infinity });
    expect(guard.lift('u', { by: 'op', reason: 'enough' })).toBe(true);
    expect(guard.inspect('u').state).toBe('normal');
  });
});

describe('trust', () => {
  test('ten points a day up to 500, also by itself', () => {
    const { guard, clock } = guardFixture();
    guard.reportViolation({ user: 'u', violation: 'failed_auth' });
    expect(guard.inspect('u').trust).toBe(90);
    clock.advance(3 * DAY);
    expect(guard.inspect('u').trust).toBe(120);
    clock.advance(1_000 * DAY);
    expect(guard.inspect('u').trust).toBe(500);
  });

  test('good acts count one by one, and cannot be farmed', () => {
    const { guard, clock } = guardFixture();
    expect(guard.reportGood('u')).toBe(true);
    expect(guard.inspect('u').trust).toBe(101);
    for (let i = 0; i < 100_000; i++) {
      guard.reportGood('u');
      clock.advance(864);
    }
    expect(guard.inspect('u').trust).toBeLessThan(101 + 10 + 24 * 6 + 11);
  });

  test('a client that makes no trouble earns trust without anyone reporting it', () => {
    const { guard, clock } = guardFixture();
    for (let i = 0; i < 24; i++) {
      guard.checkRpc({ user: 'u', method: 'profile' });
      clock.advance(600_000);
    }
    expect(guard.inspect('u').trust).toBeGreaterThan(115);
  });

  test('a message to many that costs much loses 40', () => {
    const { guard } = guardFixture();
    guard.checkSendMessage({ user: 'u', channel: 'c', recipientCount: 600, size: 2_000, isMedia: false });
    expect(guard.inspect('u').trust).toBe(60);
  });
});

describe('addresses', () => {
  test('10 violations in 5 minutes: 30 minutes; 50 in an hour: long; both end', () => {
    const { guard, clock, events } = guardFixture();
    const wrong = (): void => guard.reportViolation({ ip: '192.0.2.1', violation: 'failed_auth' });
    for (let i = 0; i < 9; i++) wrong();
    expect(guard.ipBans()).toEqual([]);
    wrong();
    expect(guard.ipBans()).toMatchObject([{ address: '192.0.2.1', kind: 'temporary' }]);
    expect(guard.checkConnection('192.0.2.1')).toMatchObject({
      allowed: false,
      limitedBy: 'ip_ban',
      retryAfterMs: 1_800_000,
    });
    for (let i = 0; i < 40; i++) wrong();
    expect(guard.ipBans()).toMatchObject([{ kind: 'long' }]);
    clock.advance(8 * DAY);
    guard.sweep();
    expect(guard.checkConnection('192.0.2.1').allowed).toBe(true);
    expect(events.map(({ kind }) => kind)).toEqual(['ip_ban', 'ip_ban', 'ip_lift']);
  });

  test('IPv6 is counted by /64, and an IPv4-mapped address is the IPv4 one', () => {
    const { guard } = guardFixture();
    for (let i = 0; i < 10; i++) guard.reportViolation({ ip: `2001:db8::${i}`, violation: 'malformed' });
    for (let i = 0; i < 10; i++) guard.reportViolation({ ip: '::ffff:192.0.2.7', violation: 'malformed' });
    expect(guard.ipBans().map(({ address }) => address)).toEqual(['2001:db8::/64', '192.0.2.7']);
    expect(guard.checkConnection('2001:db8::ffff').allowed).toBe(false);
    expect(guard.liftIp('2001:db8::1')).toBe(true);
  });

  test('an account in good standing is not kept out because of its address', () => {
    const { guard } = guardFixture();
    for (let i = 0; i < 60; i++) guard.reportViolation({ ip: '192.0.2.1', violation: 'failed_auth' });
    expect(guard.checkConnection('192.0.2.1').allowed).toBe(false);
    expect(guard.checkConnection('192.0.2.1', { user: 'neighbour' }).allowed).toBe(true);
    expect(guard.checkRpc({ user: 'neighbour', method: 'profile', ip: '192.0.2.1' }).allowed).toBe(true);
  });

  test('the more accounts an address has, the more it takes to ban it and the more may connect', () => {
    const { guard } = guardFixture();
    for (let i = 0; i < 200; i++) guard.checkConnection('192.0.2.1', { user: `member-${i}` });
    for (let i = 0; i < 1_000; i++) guard.reportViolation({ ip: '192.0.2.1', violation: 'failed_auth' });
    expect(guard.ipBans()).toEqual([]);
    let connected = 0;
    for (let i = 0; i < 400; i++) if (guard.checkConnection('192.0.2.1').allowed) connected++;
    expect(connected).toBe(400);
    for (let i = 0; i < 2_000; i++) guard.reportViolation({ ip: '192.0.2.1', violation: 'failed_auth' });
    expect(guard.ipBans()).toHaveLength(1);
  });

  test('whom the mesh blocks is refused when connecting', () => {
    const { guard } = guardFixture(
      {},
      {
        decided: ({ address, user }) =>
          address === '192.0.2.66' || user === 'mallory' ? { outcome: 'block' } : undefined,
      },
    );
    expect(guard.checkConnection('192.0.2.66')).toMatchObject({ allowed: false, limitedBy: 'decision' });
    expect(guard.checkConnection('192.0.2.1', { user: 'mallory' })).toMatchObject({
      allowed: false,
      limitedBy: 'decision',
    });
    expect(guard.checkConnection('192.0.2.1').allowed).toBe(true);
  });
});

describe('operators', () => {
  test('an overturned appeal gives back the trust and ends the state', () => {
    const { guard } = guardFixture();
    guard.reportViolation({ user: 'u', violation: 'suspicious', detail: 'odd words' });
    guard.reportViolation({ user: 'u', violation: 'spam', detail: 'the same text 40 times' });
    expect(guard.inspect('u')).toMatchObject({ state: 'shadow_banned', trust: 20 });
    const [record] = guard.cases();
    expect(record?.evidence.map(({ detail }) => detail)).toEqual(['odd words', 'the same text 40 times']);
    expect(guard.appeal(record?.id ?? '', 'it was a poem').ok).toBe(true);
    expect(guard.appeal(record?.id ?? '', 'again').ok).toBe(false);
    expect(guard.rule(record?.id ?? '', 'overturned', { by: 'op', reason: 'it was' }).ok).toBe(true);
    expect(guard.inspect('u')).toMatchObject({ state: 'normal', trust: 100 });
    expect(guard.rule(record?.id ?? '', 'upheld', { by: 'op', reason: 'no' }).ok).toBe(false);
    expect(guard.appeal('case-0', 'x')).toMatchObject({ ok: false, error: { kind: 'no_such_case' } });
  });

  test('a new config holds for buckets that are live', () => {
    const { guard } = guardFixture();
    const call = () => guard.checkRpc({ user: 'u', method: 'profile' });
    while (call().allowed);
    guard.configure({
      ...guard.config,
      limits: {
        ...guard.config.limits,
        user: { perSecond: 3_000, burst: 6_000, enforce: true },
        rpc: { perSecond: 3_000, burst: 6_000, enforce: true },
      },
    });
    let passed = 0;
    for (; call().allowed; passed++);
    // Empty was 2 s away from full and still is: of the 2 s that the new bucket holds nothing is left but rounding.
    expect(passed).toBeLessThan(10);
    guard.configure({ ...guard.config, overrides: { u: 100 } });
    expect(guard.quotas({ user: 'u', method: 'profile' })[0]?.limit).toBeGreaterThan(100_000);
  });

  test('a bucket that is not enforced counts what it would refuse', () => {
    const { limits } = GUARD_PRESETS.strict;
    const lax = (name: 'user' | 'rpc') => ({ ...limits[name], enforce: false });
    const { guard } = guardFixture({ limits: { ...limits, user: lax('user'), rpc: lax('rpc') } });
    for (let i = 0; i < 100; i++) expect(guard.checkRpc({ user: 'u', method: 'profile' }).allowed).toBe(true);
    expect(guard.counts().notEnforced).toBe(140);
  });

  test('what was kept before a restart is there after it', () => {
    const before = guardFixture();
    before.guard.reportViolation({ user: 'u', violation: 'spam' });
    before.guard.setState('v', 'disconnected', { by: 'op', reason: 'x' }, Infinity);
    for (let i = 0; i < 10; i++) before.guard.reportViolation({ ip: '192.0.2.1', violation: 'spam' });
    const kept = before.guard.drainChanges();
    expect(before.guard.drainChanges()).toMatchObject({ clients: [], bans: [], cases: [] });
    const after = guardFixture();
    after.guard.restore(kept);
    for (const user of ['u', 'v']) expect(after.guard.inspect(user)).toEqual(before.guard.inspect(user));
    expect(after.guard.ipBans()).toEqual(before.guard.ipBans());
    expect(after.guard.counts().states).toEqual(before.guard.counts().states);
  });
});

const trace = fc.array(
  fc.record({
    who: fc.integer({ min: 0, max: 3 }).map((n) => `u${n}`),
    what: fc.constantFrom('rpc', 'message', 'connect', 'spam', 'attack', 'good'),
    method: fc.constantFrom('profile', 'sync', 'send', 'full_state', 'made-up'),
    recipients: fc.integer({ min: 1, max: 2_000 }),
    times: fc.integer({ min: 1, max: 15 }),
    waitMs: fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 4_000_000 })),
  }),
  { maxLength: 60 },
);

test('observe mode records exactly what full mode does, and does nothing', () => {
  fc.assert(
    fc.property(trace, (steps) => {
      const [full, observe] = [guardFixture({ mode: 'full' }), guardFixture({ mode: 'observe' })];
      const act = ({ guard }: typeof full, { who, what, method, recipients }: (typeof steps)[number]) => {
        const common = { user: who, device: 'd', channel: 'c', ip: '192.0.2.1' };
        if (what === 'rpc') return guard.checkRpc({ ...common, method });
        if (what === 'message')
          return guard.checkSendMessage({ ...common, recipientCount: recipients, size: 500, isMedia: false });
        if (what === 'connect') return guard.checkConnection('192.0.2.1');
        if (what === 'good') guard.reportGood(who);
        else guard.reportViolation({ user: who, violation: what === 'spam' ? 'spam' : 'protocol_attack' });
        return undefined;
      };
      for (const step of steps) {
        for (let i = 0; i < step.times; i++) {
          const done = act(full, step);
          const seen = act(observe, step);
          if (done === undefined || seen === undefined) continue;
          const { trust, would, ...outcome } = done;
          expect(seen.would).toEqual(outcome);
          expect(would).toEqual(outcome);
          expect(seen).toMatchObject({
            allowed: true,
            delayMs: 0,
            silentDrop: false,
            state: 'normal',
            trust,
          });
        }
        full.clock.advance(step.waitMs);
        observe.clock.advance(step.waitMs);
      }
      expect(observe.events.map((event) => event.kind)).toEqual(full.events.map((event) => event.kind));
      for (const event of observe.events) if ('enforced' in event) expect(event.enforced).toBe(false);
    }),
  );
});

test('what was observed is not held against anyone once the guard enforces', () => {
  const { guard } = guardFixture({ mode: 'observe' });
  guard.reportViolation({ user: 'u', violation: 'protocol_attack' });
  guard.configure({ ...guard.config, mode: 'full' });
  expect(guard.checkRpc({ user: 'u', method: 'profile' })).toMatchObject({
    allowed: true,
    state: 'normal',
    trust: 0,
  });
});

test('a million clients come and go in bounded memory', { timeout: 300_000 }, () => {
  const capacity = { clients: 50_000, buckets: 100_000, addresses: 5_000, cases: 500 };
  const { guard, clock } = guardFixture({ capacity });
  guard.setState('banned', 'disconnected', { by: 'op', reason: 'x' }, Infinity);
  for (let i = 0; i < 1_000_000; i++) {
    const user = `client-${i}`;
    const { allowed } = guard.checkRpc({
      user,
      method: 'profile',
      channel: `room-${i % 1000}`,
      ip: `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`,
    });
    // The rooms are busy; nobody is refused for lack of room in the tables.
    if (!allowed && i % 1000 === 0) expect(guard.inspect(user).state).toBe('normal');
    if (i % 100 === 0) guard.reportViolation({ user, violation: 'spam' });
    if (i % 10_000 === 0) {
      clock.advance(60_000);
      guard.drainChanges();
    }
  }
  const { clients, bytes } = guard.counts();
  expect(clients).toBeLessThanOrEqual(50_000);
  expect(bytes).toBeLessThan(4_200_000);
  expect(guard.cases().length).toBeLessThanOrEqual(500);
  expect(guard.inspect('banned').state).toBe('disconnected');
});
