import { Decision, type Prefix, type Proposal, type Result } from '@aegis/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DecideContext, decide, type Refusal, type Wish } from './decide.ts';
import { defaultPolicy } from './default-policy.ts';
import { Policy } from './policy.ts';

const NOW = Date.UTC(2026, 9, 27);
const HOUR = 3_600_000;

const policy = Policy.parse({
  strategies: [{ name: 'all', origins: ['*'] }],
  exempt: ['198.51.100.0/25'],
  protected: ['203.0.113.64/26', '2001:db8:77::/48'],
});

function wish(over: Partial<Wish> = {}): Wish {
  return {
    scope: 'ip',
    value: '192.0.2.1',
    action: 'ban',
    durationMs: HOUR,
    reason: 'seen probing',
    origin: 'operator',
    source: 'alice',
    ...over,
  };
}

function proposal(over: Partial<Proposal> = {}): Proposal {
  return { ...wish({ origin: 'aegis', source: 'rule' }), key: 'k', confidence: 80, ...over };
}

function decided(from: Wish | Proposal, over: Partial<DecideContext> = {}): Result<Decision, Refusal> {
  return decide(from, { policy, now: NOW, id: 'd1', ...over });
}

function refusal(from: Wish | Proposal, over: Partial<DecideContext> = {}): string {
  const result = decided(from, over);
  return result.ok ? 'none' : result.error.kind;
}

function duration(from: Wish | Proposal, over: Partial<DecideContext> = {}): number {
  const result = decided(from, over);
  return result.ok ? result.value.expires - result.value.created : Number.NaN;
}

test('a wish becomes a decision with a canonical value', () => {
  expect(
    decided(wish({ scope: 'range', value: ' ::ffff:192.0.2.77/120 ', weight: 2, session: 's' })),
  ).toEqual({
    ok: true,
    value: {
      id: 'd1',
      scope: 'range',
      value: '192.0.2.0/24',
      action: 'ban',
      reason: 'seen probing',
      origin: 'operator',
      source: 'alice',
      weight: 2,
      created: NOW,
      expires: NOW + HOUR,
      session: 's',
    },
  });
});

test.each([
  ['ip', '127.0.0.1'],
  ['ip', '::ffff:127.8.8.8'],
  ['ip', '::1'],
  ['ip', '::'],
  ['ip', '0.0.0.0'],
  ['ip', '169.254.169.254'],
  ['ip', 'fe80::1'],
  ['ip', '203.0.113.64'],
  ['ip', '198.51.100.1'],
  ['range', '203.0.113.64/32'],
  ['range', '203.0.113.0/24'],
  ['range', '203.0.0.0/8'],
  ['range', '0.0.0.0/0'],
  ['range', '::/0'],
  ['range', '2001:db8::/32'],
  ['range', '2001:db8:77:1::/64'],
] as const)('nobody restricts %s %s: it touches what is protected or exempt', (scope, value) => {
  for (const action of ['ban', 'captcha', 'throttle', 'shadow'] as const) {
    expect(refusal(wish({ scope, value, action }))).toBe('protected');
    expect(refusal(proposal({ scope, value, action }))).toBe('protected');
  }
  expect(refusal(wish({ scope, value, action: 'allow' }))).toBe('none');
  expect(refusal(wish({ scope, value, action: 'observe' }))).toBe('none');
});

test('next to what is protected is not protected', () => {
  expect(refusal(wish({ value: '203.0.113.63' }))).toBe('none');
  expect(refusal(wish({ scope: 'range', value: '203.0.113.128/25' }))).toBe('none');
  expect(refusal(wish({ scope: 'range', value: '2001:db8:78::/48' }))).toBe('none');
});

test('ranges wider than the limits are refused', () => {
  expect(refusal(wish({ scope: 'range', value: '64.0.0.0/7' }))).toBe('too_wide');
  expect(refusal(wish({ scope: 'range', value: '64.0.0.0/8' }))).toBe('none');
  expect(refusal(wish({ scope: 'range', value: '2a00::/18' }))).toBe('too_wide');
  expect(refusal(wish({ scope: 'range', value: '2a00::/19' }))).toBe('none');
});

test('bad values, durations and weights are refused in words', () => {
  expect(decided(wish({ value: '192.0.2.300' }))).toMatchObject({
    error: { kind: 'bad_value', message: expect.stringContaining('192.0.2.300') },
  });
  for (const durationMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(refusal(wish({ durationMs }))).toBe('bad_duration');
  }
  for (const weight of [0, -1, 1001, Number.NaN]) expect(refusal(wish({ weight }))).toBe('bad_value');
  expect(refusal(wish({ origin: '' }))).toBe('bad_value');
  expect(refusal(wish({ scope: 'url', value: 'x'.repeat(3000) }))).toBe('bad_value');
});

test('durations are cut to the longest', () => {
  expect(duration(wish({ durationMs: 1e15 }))).toBe(policy.limits.maxDurationSeconds * 1000);
  expect(duration(wish({ durationMs: 0.2 }))).toBe(1);
});

test('confidence decides whether and becomes the weight', () => {
  for (const confidence of [0, 49.9, -5, Number.NaN])
    expect(refusal(proposal({ confidence }))).toBe('low_confidence');
  expect(decided(proposal({ confidence: 50 }))).toMatchObject({ value: { weight: 0.5 } });
  expect(decided(proposal({ confidence: 250 }))).toMatchObject({ value: { weight: 1 } });
});

test('repeat offenders are banned for longer, up to a bound; what people say stands', () => {
  expect(duration(proposal(), { previousBans: 0 })).toBe(HOUR);
  expect(duration(proposal(), { previousBans: 3 })).toBe(8 * HOUR);
  expect(duration(proposal(), { previousBans: 5000 })).toBe(30 * 24 * HOUR);
  expect(duration(proposal({ durationMs: 60 * 24 * HOUR }), { previousBans: 3 })).toBe(60 * 24 * HOUR);
  expect(duration(proposal({ action: 'observe' }), { previousBans: 3 })).toBe(HOUR);
  expect(duration(wish(), { previousBans: 3 })).toBe(HOUR);
});

test('nobody escapes a ban by long text', () => {
  const long = 'x'.repeat(100_000);
  const result = decided(proposal({ reason: long, source: long, session: long }));
  expect(result).toMatchObject({
    ok: true,
    value: { reason: `${'x'.repeat(999)}…`, source: `${'x'.repeat(255)}…` },
  });
  expect(result.ok && result.value.session).toBeUndefined();
});

test('whatever is decided is a valid decision and never touches what is protected', () => {
  const byte = fc.constantFrom(0, 64, 100, 113, 127, 198, 203, 255);
  const value = fc
    .tuple(byte, byte, byte, byte, fc.integer({ min: 0, max: 32 }))
    .map(([a, b, c, d, length]) => `${a}.${b}.${c}.${d}/${length}`);
  const home = '203.0.113.0/24' as Prefix;
  const rules: Policy = { ...defaultPolicy, protected: [home] };
  fc.assert(
    fc.property(
      value,
      fc.double({ min: 1, max: 1e14, noNaN: true }),
      fc.nat(200),
      (range, durationMs, previousBans) => {
        const result = decided(proposal({ scope: 'range', value: range, durationMs }), {
          policy: rules,
          previousBans,
        });
        if (!result.ok) return;
        expect(Decision.parse(result.value)).toEqual(result.value);
        expect(result.value.value).not.toMatch(/^(203\.0\.113|127|0)\./);
      },
    ),
    { numRuns: 500 },
  );
});
