import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ConfigBody, type ConfigVersion, checkBody } from './config-version.ts';
import { effectiveConfig, mergedWith } from './effective-config.ts';
import { FleetTarget, inShare } from './fleet-target.ts';

function version(target: string, number: number, body: ConfigBody, share: number = 100): ConfigVersion {
  const about = { at: 0, author: 'ann', reason: 'r', parent: '' };
  return { target: target as FleetTarget, version: number, body, share, ...about };
}

function effective(
  versions: readonly ConfigVersion[],
  agent: { readonly id: string; readonly groups?: readonly string[]; readonly room?: string },
): ReturnType<typeof effectiveConfig> {
  const { id, groups = [], room } = agent;
  return effectiveConfig({ id, groups, room }, (target) =>
    versions.filter((each) => each.target === target).sort((a, b) => b.version - a.version),
  );
}

test('the narrower target wins, member by member', () => {
  const versions = [
    version('all', 1, { log_level: 'info', plugins: { auth: { enabled: true }, fim: { enabled: true } } }),
    version('group:web', 1, { plugins: { fim: { enabled: false } } }),
    version('room:fra', 1, { log_level: 'warn' }),
    version('agent:a-1', 1, { log_level: 'debug' }),
  ];
  const config = effective(versions, { id: 'a-1', groups: ['web'], room: 'fra' });
  expect(JSON.parse(config?.text ?? '')).toEqual({
    log_level: 'debug',
    plugins: { auth: { enabled: true }, fim: { enabled: false } },
  });
  expect(config?.from).toEqual(['all@1', 'group:web@1', 'room:fra@1', 'agent:a-1@1']);
  expect(effective(versions, { id: 'b', room: 'fra' })?.from).toEqual(['all@1', 'room:fra@1']);
  expect(effective([], { id: 'a-1' })).toBeUndefined();
});

test('the same config is the same text, whatever order its members were written in', () => {
  const one = effective([version('all', 1, { a: 1, b: { c: 2, d: [{ y: 1, x: 2 }] } })], { id: 'a' });
  const two = effective([version('all', 1, { b: { d: [{ x: 2, y: 1 }], c: 2 }, a: 1 })], { id: 'a' });
  expect(two?.text).toBe(one?.text);
  expect(two?.hash).toEqual(one?.hash);
});

test('a canary share grows: who had the change keeps it, and about that many have it', () => {
  const agents = Array.from({ length: 5_000 }, (_, n) => `agent-${n}`);
  let before = new Set<string>();
  for (const share of [0, 1, 10, 50, 100]) {
    const versions = [version('all', 1, { v: 1 }), version('all', 2, { v: 2 }, share)];
    const having = new Set(
      agents.filter((id) => JSON.parse(effective(versions, { id })?.text ?? '{}').v === 2),
    );
    expect([...before].every((id) => having.has(id))).toBe(true);
    expect(Math.abs(having.size / agents.length - share / 100)).toBeLessThan(0.03);
    before = having;
  }
  const first = (change: string): readonly string[] => agents.filter((id) => inShare(id, change, 10));
  expect(first('all@2')).not.toEqual(first('all@3'));
});

test('null takes away (RFC 7396), and names like __proto__ harm nothing', () => {
  expect(mergedWith({ a: { b: 1, c: 2 }, d: 3 }, { a: { b: null }, d: [1] })).toEqual({
    a: { c: 2 },
    d: [1],
  });
  const hostile = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"x":1}}') as ConfigBody;
  mergedWith({}, mergedWith(hostile, hostile));
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('merging nothing changes nothing', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (body) => {
      const clean = mergedWith({}, body);
      expect(mergedWith(clean, {})).toEqual(clean);
      expect(mergedWith(clean, clean)).toEqual(clean);
    }),
  );
});

test.each([
  ['all', true],
  ['group:web', true],
  ['room:fra-2.a', true],
  ['agent:01930f6c-7a3b-7c1e-9d2a-5f4e3d2c1b0a', true],
  ['', false],
  ['everyone', false],
  ['all:x', false],
  ['group:', false],
  ['group:a:b', false],
  ['group:../x', false],
])('target %j: %s', (text, ok) => {
  expect(FleetTarget.parse(text).ok).toBe(ok);
});

test.each([
  [[], 'a config is a JSON object'],
  [null, 'a config is a JSON object'],
  [{ x: 'y'.repeat(300_000) }, 'at most 262144 bytes'],
  [JSON.parse(`${'{"a":'.repeat(20)}1${'}'.repeat(20)}`), 'at most 16 objects deep'],
])('%j is no config', (body, why) => {
  expect(checkBody(body)).toMatchObject({ ok: false, error: expect.stringContaining(why) });
});
