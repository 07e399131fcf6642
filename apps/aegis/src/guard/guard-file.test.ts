import { Result } from '@aegis/model';
import { describe, expect, test } from 'vitest';
import { configErrorText } from '../config/config-error.ts';
import { readGuardFile } from './guard-file.ts';

const read = (name: string, text: string) =>
  readGuardFile(name, () => Result.ok(new TextEncoder().encode(text)));
const errors = (name: string, text: string): readonly string[] => {
  const result = read(name, text);
  return result.ok ? [] : result.error.map(configErrorText);
};

describe("the guard's file", () => {
  test('says the same in TOML and in YAML', () => {
    const toml = read(
      'g.toml',
      'preset = "strict"\n[limits.user]\nper_second = 20\nburst = 40\n[rpc.costs]\nsearch = 15\n',
    );
    const yaml = read(
      'g.yaml',
      'preset: strict\nlimits:\n  user: {per_second: 20, burst: 40}\nrpc:\n  costs: {search: 15}\n',
    );
    expect(toml).toEqual(yaml);
    expect(toml).toMatchObject({
      ok: true,
      value: {
        mode: 'full',
        limits: { user: { perSecond: 20, burst: 40 } },
        rpc: { costs: { search: { cost: 15, write: true }, login: { cost: 50 } } },
      },
    });
  });

  test.each([
    [
      'g.toml',
      'preset = "strict"\n\n[ip]\ntempban = "1h"\n',
      'g.toml:4:1: ip.tempban: there is no such setting',
    ],
    ['g.yaml', 'ip:\n  tempban: 1h\n', 'g.yaml:2:3: ip.tempban: there is no such setting'],
    ['g.toml', 'mode = "all"\n', 'g.toml:1:1: mode: expected one of observe, light, full'],
    ['g.toml', 'mode = \n', 'g.toml:1:'],
    [
      'g.toml',
      '[limits.user]\nper_second = 0.01\nburst = 5\n',
      'g.toml:1:1: limits.user: a call that costs 120 tokens could never pass',
    ],
    [
      'g.toml',
      '[rpc.costs]\nexport = 2000\n',
      'g.toml:2:1: rpc.costs.export: expected a whole number from 1 to 1000',
    ],
    [
      'g.yaml',
      'states: {enter_score: 3, leave_score: 5}\n',
      'states.leave_score: must not be above enter_score',
    ],
  ])('%s: %j', (name, text, message) => {
    expect(errors(name, text).join('\n')).toContain(message);
  });

  test('names of the prototype are refused like any other that is not there', () => {
    expect(errors('g.toml', '[limits.__proto__]\nburst = 1\n').join()).toContain('__proto__');
    expect(errors('g.toml', 'constructor = 1\n').join()).toContain('constructor');
  });

  test('a file that is not there is told', () => {
    const result = readGuardFile('x.toml', () => Result.err({ kind: 'missing', message: 'is not there' }));
    expect(result.ok).toBe(false);
  });
});
