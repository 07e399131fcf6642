import { randomBytes } from 'node:crypto';
import { type Address, ManualClock } from '@aegis/model';
import { beforeEach, expect, test } from 'vitest';
import { SIGN_IN_RULES, SignIns } from './sign-ins.ts';

const HERE = '192.0.2.1' as Address;
const { idleMs, mostMs, renewMs, graceMs, mostPerKey } = SIGN_IN_RULES;

let clock: ManualClock;
let signIns: SignIns;

beforeEach(() => {
  clock = new ManualClock();
  signIns = new SignIns({ clock, randomBytes });
});

function opened(keyId: string = 'k', on: SignIns = signIns): string {
  clock.advance(2_000);
  const result = on.open(keyId, HERE);
  if (!result.ok) throw new Error(`wait ${result.error} ms`);
  return result.value.token;
}

test('a token opens what its key does, and no other token does', () => {
  const token = opened();
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(signIns.use(token)?.signIn).toMatchObject({ keyId: 'k', ends: clock.now() + mostMs });
  expect(signIns.use(opened('other'))?.signIn.keyId).toBe('other');
  for (const wrong of ['', `${token}x`, token.slice(1), 'x'.repeat(43)])
    expect(signIns.use(wrong)).toBeUndefined();
});

test('it ends when nobody uses it', () => {
  const token = opened();
  clock.advance(idleMs);
  expect(signIns.use(token)).toBeDefined();
  clock.advance(idleMs + 1);
  expect(signIns.use(token)).toBeUndefined();
  expect(signIns.size).toBe(0);
});

test('it ends in the end, however much it is used', () => {
  let token = opened();
  for (let passed = 0; passed <= mostMs - renewMs; passed += renewMs) {
    clock.advance(renewMs);
    const used = signIns.use(token);
    expect(used, `after ${passed} ms`).toBeDefined();
    token = used?.next ?? token;
  }
  clock.advance(1);
  expect(signIns.use(token)).toBeUndefined();
});

test('a token is replaced; the one before serves what was under way', () => {
  const first = opened();
  clock.advance(renewMs);
  const next = signIns.use(first)?.next ?? '';
  expect(next).not.toBe('');
  clock.advance(graceMs);
  expect(signIns.use(first)).toEqual({ signIn: signIns.use(next)?.signIn });
});

test('who comes with a token that was replaced long ago ends it for both', () => {
  const first = opened();
  clock.advance(renewMs);
  const next = signIns.use(first)?.next ?? '';
  clock.advance(graceMs + 1);
  expect(signIns.use(first)).toBeUndefined();
  expect(signIns.use(next)).toBeUndefined();
});

test('what is closed is closed', () => {
  const [token, other] = [opened(), opened()];
  signIns.close(token);
  signIns.close('nonsense');
  expect(signIns.use(token)).toBeUndefined();
  expect(signIns.use(other)).toBeDefined();
});

test('of one key the latest hold, and of all the latest used', () => {
  const tokens = Array.from({ length: mostPerKey + 2 }, () => opened());
  expect(tokens.map((token) => signIns.use(token) !== undefined)).toEqual(tokens.map((_, nth) => nth >= 2));

  const few = new SignIns({ clock, randomBytes, rules: { ...SIGN_IN_RULES, most: 3 } });
  const [a, b, c] = ['a', 'b', 'c'].map((key) => opened(key, few));
  few.use(a ?? '');
  opened('d', few);
  expect([a, b, c].map((token) => few.use(token ?? '') !== undefined)).toEqual([true, false, true]);
  expect(few.size).toBe(3);
});

test('from one address nobody signs in all the time', () => {
  const results = Array.from({ length: 40 }, () => signIns.open('k', HERE).ok);
  expect(results.filter(Boolean)).toHaveLength(30);
  expect(signIns.open('k', HERE)).toEqual({ ok: false, error: 2_000 });
  expect(signIns.open('k', '192.0.2.2' as Address).ok).toBe(true);
});
