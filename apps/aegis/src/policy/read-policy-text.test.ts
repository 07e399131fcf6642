import { defaultPolicy, policyDocument } from '@aegis/decide';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readPolicyText } from './read-policy-text.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string) => readPolicyText('policy.yaml', encode(text));
const document = policyDocument(defaultPolicy);

test.each([
  ['YAML', stringify(document)],
  ['JSON', JSON.stringify(document, null, 2)],
  ['JSON on one line', JSON.stringify(document)],
  ['JSON indented by tabs', JSON.stringify(document, null, '\t')],
])('%s is read', (_, text) => expect(read(text)).toEqual({ policy: defaultPolicy, issues: [] }));

test('issues are in the order of the file, each at its key or value', () => {
  const text = [
    'strategies:',
    '  - name: all',
    '    origins: ["*"]',
    '    wieght: 2',
    '  - name: late',
    '    origins: [aegis]',
    '    mode: enforced',
    'exempt:',
    '  - 192.0.2.300',
  ].join('\n');
  expect(
    read(text).issues.map(({ line, column, severity, place }) => [line, column, severity, place]),
  ).toEqual([
    [4, 5, 'error', 'strategies[0].wieght'],
    [7, 11, 'error', 'strategies[1].mode'],
    [9, 5, 'error', 'exempt[0]'],
  ]);
  expect(read(text).issues[0]?.message).toBe('is no key here; did you mean weight?');
  expect(read(text).issues[1]?.message).toContain('did you mean enforce?');
});

test.each([
  ['an alias bomb', `a: &a [x,x]\nb: &b [*a,*a]\nstrategies: [*b,*b]`, /anchors|aliases/],
  ['deep nesting', `strategies: ${'['.repeat(5_000)}`, /nested deeper/],
  ['two documents', 'name: a\n---\nname: b', /a policy has one/],
  ['no mapping', '- a\n- b', /"strategies:" with/],
  ['a key twice', 'name: a\nname: b', /here twice/],
  ['a tag', 'name: !!binary aGVsbG8=', /tags/],
])('%s is refused with its place', (_, text, message) => {
  const { policy, issues } = read(text);
  expect(policy).toBeUndefined();
  expect(issues.some((issue) => message.test(issue.message))).toBe(true);
});

test('what is too large, empty or no text is refused', () => {
  expect(readPolicyText('p', new Uint8Array(1024 * 1024 + 1)).issues[0]?.message).toContain('larger than');
  expect(read('').issues[0]?.message).toContain('is missing');
  expect(readPolicyText('p', Uint8Array.of(0xff, 0x00)).policy).toBeUndefined();
});

test('keys of prototypes are unknown keys', () => {
  for (const key of ['__proto__', 'constructor', 'toString']) {
    const { policy, issues } = read(
      `${JSON.stringify(key)}: {name: x}\nstrategies: [{name: a, origins: ["*"]}]`,
    );
    expect(policy).toBeUndefined();
    expect(issues[0]).toMatchObject({
      place: key,
      line: 1,
      message: expect.stringContaining('is no key here'),
    });
  }
});

test('whatever the text, there is a policy or an error with a place in the file', () => {
  const seed = Date.now();
  const bases = [stringify(document), JSON.stringify(document, null, 1)];
  const mutated = fc
    .tuple(
      fc.constantFrom(...bases),
      fc.array(
        fc.tuple(
          fc.nat(3_000),
          fc.nat(8),
          fc.oneof(
            fc.string({ unit: 'binary', maxLength: 6 }),
            fc.constantFrom(
              '&a ',
              '*a',
              '<<: ',
              '!!',
              '{',
              '[',
              '"',
              "'",
              '\t',
              '\n',
              '- ',
              '? ',
              '__proto__',
              '1e999',
              '\u0000',
            ),
          ),
        ),
        { minLength: 1, maxLength: 5 },
      ),
    )
    .map(([base, edits]) =>
      edits.reduce((text, [at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut), base),
    );
  fc.assert(
    fc.property(mutated, (text) => {
      const { policy, issues } = read(text);
      const lines = text.split('\n').length;
      expect(policy === undefined, `seed ${seed}`).toBe(issues.some(({ severity }) => severity === 'error'));
      for (const { line, column } of issues) {
        expect(line).toBeGreaterThan(0);
        expect(line).toBeLessThanOrEqual(lines + 1);
        expect(column).toBeGreaterThan(0);
      }
    }),
    { numRuns: 600, seed },
  );
});
