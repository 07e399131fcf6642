import { expect, test } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import { maskerFor } from './masker-for.ts';

function load(rules: string) {
  const readFile = () => ({ ok: true, value: Buffer.from(`masking:\n  rules: ${rules}\n`) }) as const;
  return loadConfig({ file: 'a.yaml', env: {}, cwd: '/', hostname: 'h', readFile });
}

test('rules of the config mask by pattern, by position and by field, beside the detectors', () => {
  const loaded = load(
    '[{name: customer, pattern: "CUST-[0-9]{6}"}, {name: order, pattern: "ORD[0-9]{8}", keep_first: 3, keep_last: 2}, ' +
      '{name: pet, field: "user.*.pet"}, {name: room, field: room, keep_first: 1}]',
  );
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  const masker = maskerFor(loaded.value.config.masking, 'trail');
  expect(masker?.text('CUST-123456 bought ORD12345678 with password=hunter2')).toBe(
    '*** bought ORD******78 with password=***',
  );
  expect(masker?.value({ user: { a: { pet: 'Rex' } }, pet: 'Tom', room: 'east wing' })).toEqual({
    ...{ user: { a: { pet: '***' } }, pet: 'Tom', room: 'e********' },
  });
});

test.each([
  ['[{name: a}]', 'takes either a pattern or a field'],
  ['[{name: a, pattern: x, field: y}]', 'takes either a pattern or a field'],
  ['[{name: a, pattern: "("}]', 'Invalid regular expression'],
  ['[{name: a, pattern: "(?=x)y"}]', '(?=x)y'],
  ['[{name: a, pattern: "x*"}]', 'matches nothing at all'],
  ['[{name: a, field: "a..b"}]', 'is no path such as'],
])('%s is refused with what is wrong, and where', (rules, why) => {
  const loaded = load(rules);
  if (loaded.ok) throw new Error('taken');
  const text = JSON.stringify(loaded.error);
  expect(text).toContain('masking.rules');
  expect(text).toContain(why);
});
