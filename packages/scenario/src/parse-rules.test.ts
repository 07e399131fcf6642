import { expect, test } from 'vitest';
import { parseRules } from './parse-rules.ts';

const good = `name: a-rule
about: something
on: http
where:
  status: { equals: 404 }
capacity: 3
leak: 10s
attack_type: scanner
confidence: 50
must_catch:
  - about: yes
    events: [{ repeat: 10, observation: { status: 404 } }]
must_not:
  - about: no
    events: [{ observation: { status: 200 } }]
`;

test('durations become milliseconds and defaults are filled in', () => {
  const parsed = parseRules('web.yaml', `${good}---\n${good.replace('a-rule', 'another')}`);
  expect(parsed).toMatchObject({
    ok: true,
    value: [
      { name: 'a-rule', filling: { type: 'leaky', capacity: 3, leak: 10_000 }, blackout: 300_000 },
      { name: 'another' },
    ],
  });
});

test.each([
  ['an unknown key', good.replace('leak:', 'leek:'), /leek/, 1],
  ['a bad duration', good.replace('10s', 'ten seconds'), /expected something like 30s/, 7],
  ['an unknown field', good.replace('status: { equals: 404 }', 'colour: { equals: red }'), /where/, 5],
  ['an empty test', good.replace('{ equals: 404 }', '{}'), /at least one operator/, 5],
  ['an unknown attack type', good.replace('scanner', 'rudeness'), /attack_type/, 8],
  ['no example', good.replace(/must_catch:\n {2}- about: yes\n.*\n/, ''), /must_catch/, 1],
  ['broken YAML', `${good}\n  : :`, /./, 17],
  ['nothing', '', /no rule/, 1],
])('%s is refused with file, line and what would be right', (_, text, message, line) => {
  const parsed = parseRules('web.yaml', text);
  expect(parsed.ok).toBe(false);
  if (parsed.ok) return;
  expect(parsed.error.map((error) => error.message).join('\n')).toMatch(message);
  expect(parsed.error[0]).toMatchObject({ file: 'web.yaml', line });
});

test('every error of a file is told at once', () => {
  const parsed = parseRules(
    'web.yaml',
    `${good.replace('10s', 'x')}---\n${good.replace('404', '{').replace('50', '500')}`,
  );
  expect(parsed.ok ? 0 : parsed.error.length).toBeGreaterThan(1);
});

test('aliases are refused where they stand, before they can grow', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a]\n${good}`;
  expect(parseRules('web.yaml', bomb)).toMatchObject({
    ok: false,
    error: [{ line: 2, column: 8, message: expect.stringContaining('aliases') }],
  });
});
