import { sessionRecord } from '@aegis/ports/conformance';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signatureOverlap, signaturesOf } from './signatures.ts';

const base = sessionRecord();
const aimedAt = (...paths: readonly string[]) =>
  sessionRecord({
    requests: paths.map((path) => ({
      time: base.start_time,
      method: 'GET',
      path,
      attack_type: 'sql_injection' as const,
    })),
  });
const pathsOf = (...paths: readonly string[]): readonly string[] =>
  signaturesOf(aimedAt(...paths)).filter((signature) => signature.startsWith('path:'));

test('types, indicators, the tool and what was aimed at, in order', () => {
  expect(signaturesOf(aimedAt('/item?id=1'))).toEqual([
    'indicator:union_based_sqli',
    'path:/item?id',
    'tool:sqlmap',
    'type:sql_injection',
  ]);
});

test('a session that attacked nothing has none, and what is no attack tool is none', () => {
  const patterns = { ...base.attack_patterns, techniques: [] };
  expect(signaturesOf(sessionRecord({ attack_patterns: patterns }))).toEqual([]);
  const browser = { is_bot: false, kind: 'browser', tool_name: 'Firefox' } as const;
  expect(signaturesOf(sessionRecord({ user_agent_info: browser })).join()).not.toContain('tool:');
});

test('requests that were no attack leave no path', () => {
  const requests = [{ time: base.start_time, method: 'GET', path: '/about' }];
  expect(signaturesOf(sessionRecord({ requests })).join()).not.toContain('path:');
});

test.each([
  ['/item/123/x', '/item/#/x'],
  ['/a%20b/c', '/*/c'],
  ['/d/0123456789abcdef0', '/d/*'],
  [`/${'x'.repeat(33)}`, '/*'],
  ['/item?id=1&id=2&b=%27', '/item?b&id'],
  ['/item?1%27=x&ok=1', '/item?ok'],
  ['/a/b/c/d/e/f/g/h/i/j', '/a/b/c/d/e/f/g'],
])('what varies in %s is left out: %s', (path, shape) => {
  expect(pathsOf(path)).toEqual([`path:${shape}`]);
});

test('there are at most 32, however much was tried', () => {
  const many = Array.from({ length: 100 }, (_, n) => `/p${String.fromCharCode(97 + (n % 26))}${n}x`);
  expect(signaturesOf(aimedAt(...many))).toHaveLength(32);
});

test('any path gives bounded signatures, the same each time', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 900, unit: 'binary' }), { maxLength: 8 }), (paths) => {
      const signatures = signaturesOf(aimedAt(...paths));
      expect(signatures).toEqual(signaturesOf(aimedAt(...paths)));
      expect(signatures).toEqual([...new Set(signatures)].sort());
      for (const signature of signatures) expect(signature.length).toBeLessThan(1_000);
    }),
  );
});

const SET = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'));

test('overlap is symmetric, 1 for the same, 0 for strangers and for nothing', () => {
  fc.assert(
    fc.property(SET, SET, (a, b) => {
      const overlap = signatureOverlap(a, b);
      expect(overlap).toBe(signatureOverlap(b, a));
      expect(overlap).toBeGreaterThanOrEqual(0);
      expect(overlap).toBeLessThanOrEqual(1);
      expect(overlap === 1).toBe(a.length > 0 && [...a].sort().join() === [...b].sort().join());
    }),
  );
  expect(signatureOverlap(['a'], ['b'])).toBe(0);
  expect(signatureOverlap([], [])).toBe(0);
  expect(signatureOverlap(['a', 'b', 'c'], ['b', 'c', 'd', 'e'])).toBe(0.5);
});
