import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Decision } from '@aegis/model';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { jsonDocument } from '../harness/json-document.ts';

let node: RunningAegis;
let folder: string;
beforeAll(async () => {
  node = await startAegis();
  folder = mkdtempSync(join(tmpdir(), 'aegis-decisions-'));
});
beforeEach(endAll);
afterAll(async () => {
  await node.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Listed {
  readonly decisions: readonly { readonly decision: Decision; readonly in_force: boolean }[];
  readonly next?: string;
}

async function endAll(): Promise<void> {
  const { decisions } = await node.get<Listed>('/v1/decisions?limit=500');
  for (const { decision } of decisions)
    await node.fetch(`/v1/decisions/${decision.id}?reason=clean`, { method: 'DELETE' });
}

async function inForce(...words: readonly string[]): Promise<Listed> {
  return jsonDocument<Listed>((await node.run(['decisions', 'list', '--json', ...words])).stdout);
}

const values = ({ decisions }: Listed): readonly string[] =>
  decisions.map(({ decision }) => `${decision.scope} ${decision.value} ${decision.action}`).sort();

describe('aegis check', () => {
  test('knows nothing of a stranger: exit code 0', async () => {
    const { code, stdout } = await node.run(['check', '192.0.2.200']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^192\.0\.2\.200 {2}no opinion/),
    });
    const explained = await node.run(['check', '192.0.2.200', '--explain', '--json']);
    expect(jsonDocument(explained.stdout)).toMatchObject({ verdict: { outcome: 'none' }, candidates: [] });
  });

  test.each([
    ['ban', 'block', 3],
    ['captcha', 'challenge', 3],
    ['throttle', 'throttle', 3],
    ['observe', 'observe', 0],
    ['shadow', 'shadow', 0],
    ['allow', 'allow', 0],
  ])('%s means %s and exit code %i', async (action, outcome, code) => {
    await node.run(['decisions', 'add', '192.0.2.100', '--action', action, '--reason', `try ${action}`]);
    const checked = await node.run(['check', '192.0.2.100', '--json']);
    expect(checked.code).toBe(code);
    const reason = `try ${action}`;
    expect(jsonDocument(checked.stdout)).toMatchObject({ outcome, origin: 'operator', reason });
  });

  test('the finer decision wins, and --explain says why the other one lost', async () => {
    await node.run(['decisions', 'add', '198.51.100.0/24', '--reason', 'a noisy network']);
    await node.run(['decisions', 'add', '198.51.100.7', '--action', 'observe', '--reason', 'looks kind']);
    expect((await node.run(['check', '198.51.100.8'])).code).toBe(3);
    const { code, stdout } = await node.run(['check', '198.51.100.7', '--explain', '--json']);
    expect(code).toBe(0);
    expect(jsonDocument(stdout)).toMatchObject({
      verdict: { outcome: 'observe', reason: 'looks kind' },
      candidates: [
        { result: 'won', decision: { value: '198.51.100.7' } },
        { decision: { value: '198.51.100.0/24' }, why: expect.stringMatching(/\w/) },
      ],
    });
    const forPeople = await node.run(['check', '198.51.100.7', '--explain']);
    expect(forPeople.stdout).toMatch(/198\.51\.100\.0\/24/);
  });

  test('an address that is none is said: exit code 2', async () => {
    const { code, stdout, stderr } = await node.run(['check', '192.0.2.256', '--json']);
    expect(code).toBe(2);
    expect(jsonDocument(stdout)).toMatchObject({ error: { code: expect.stringMatching(/\w/) } });
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain('"192.0.2.256" is not an IP address');
  });
});

describe('aegis decisions', () => {
  test('add, list, delete: by value, by scope and by id', async () => {
    const added = await node.run([
      ...[
        'decisions',
        'add',
        '203.0.113.1',
        '2001:DB8:0::/48',
        '--duration',
        '2h',
        '--reason',
        'two at once',
      ],
      '--json',
    ]);
    expect(added.code).toBe(0);
    const { results } = jsonDocument<{ results: readonly { decision: Decision }[] }>(added.stdout);
    const [first, second] = results.map(({ decision }) => decision);
    expect(first).toMatchObject({ scope: 'ip', value: '203.0.113.1', action: 'ban', reason: 'two at once' });
    expect(second).toMatchObject({ scope: 'range', value: '2001:db8::/48' });
    const lasts = Date.parse(String(first?.expires)) - Date.parse(String(first?.created));
    expect(lasts).toBe(7_200_000);

    await node.run([
      'decisions',
      'add',
      'AS64500',
      '--scope',
      'as',
      '--action',
      'captcha',
      '--reason',
      'bots',
    ]);
    expect(values(await inForce())).toEqual([
      'as 64500 captcha',
      'ip 203.0.113.1 ban',
      'range 2001:db8::/48 ban',
    ]);
    expect(values(await inForce('--scope', 'as'))).toEqual(['as 64500 captcha']);
    expect(values(await inForce('--action', 'ban', '--value', '203.0.113.1'))).toEqual([
      'ip 203.0.113.1 ban',
    ]);

    const page = await inForce('--limit', '2');
    expect(page.decisions).toHaveLength(2);
    expect((await inForce('--limit', '2', '--cursor', String(page.next))).decisions).toHaveLength(1);
    expect((await node.run(['decisions', 'list'])).stdout).toContain('203.0.113.1');

    expect((await node.run(['decisions', 'delete', '203.0.113.1'])).code).toBe(0);
    expect((await node.run(['decisions', 'delete', 'as64500', '--scope', 'as'])).code).toBe(0);
    expect((await node.run(['decisions', 'delete', String(second?.id), '--id'])).code).toBe(0);
    expect(values(await inForce())).toEqual([]);
    expect((await node.run(['decisions', 'list'])).stdout).toBe('no decision is in force\n');
    const again = await node.run(['decisions', 'delete', '203.0.113.1', '--json']);
    expect(again.code).toBe(5);
    expect(jsonDocument(again.stdout)).toMatchObject({ error: { code: 'not_found' } });
  });

  test('what may not be decided is refused with the reason, the rest is made', async () => {
    const { code, stdout } = await node.run([
      ...['decisions', 'add', '127.0.0.1', '203.0.113.20', '0.0.0.0/0', '--reason', 'mixed'],
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/refused 127\.0\.0\.1: .*127\.0\.0\.0\/8.*protected/);
    expect(stdout).toMatch(/refused 0\.0\.0\.0\/0: /);
    expect(values(await inForce())).toEqual(['ip 203.0.113.20 ban']);
  });

  test('a wrong duration, scope or value is said: exit code 2', async () => {
    const add = ['decisions', 'add', '203.0.113.30'];
    for (const words of [
      [...add, '--reason', 'x', '--duration', 'soon'],
      [...add, '--reason', 'x', '--scope', 'planet'],
      add,
      ['decisions', 'list', '--limit', 'many'],
    ]) {
      const { code, stdout, stderr } = await node.run(words);
      expect({ words, code, stdout }).toEqual({ words, code: 2, stdout: '' });
      expect(stderr).toMatch(/error: /);
    }
    expect(values(await inForce())).toEqual([]);
  });

  test.each(['json', 'csv', 'plain'])(
    'what is exported as %s comes back by import as it was',
    async (format) => {
      await node.run([
        ...['decisions', 'add', '203.0.113.41', '2001:db8::41', '--duration', '30m'],
        ...['--reason', 'say "no", twice'],
      ]);
      await node.run(['decisions', 'add', '198.51.100.0/25', '--reason', 'a range']);
      const before = await inForce();
      const file = join(folder, format === 'plain' ? 'list.txt' : `list.${format}`);
      const exported = await node.run(['decisions', 'export', '--format', format, '--out', file]);
      expect(exported).toMatchObject({ code: 0, stdout: '' });
      expect((await node.run(['decisions', 'export', '--format', format])).stdout).toBe(
        readFileSync(file, 'utf8'),
      );
      await endAll();
      expect(values(await inForce())).toEqual([]);

      const imported = await node.run(['decisions', 'import', file, '--json', '--reason', 'back again']);
      expect(imported.code).toBe(0);
      expect(jsonDocument(imported.stdout)).toMatchObject({ added: 3, rejected_count: 0 });
      const after = await inForce();
      expect(values(after)).toEqual(values(before));
      if (format === 'plain') return;
      expect(after.decisions.map(({ decision }) => decision.reason).sort()).toEqual(
        before.decisions.map(({ decision }) => decision.reason).sort(),
      );
      // They end when they would have: an import may take a moment, not the hours that a decision lasts by default.
      expect(Math.abs(earliestEnd(after) - earliestEnd(before))).toBeLessThan(1_000);
    },
  );

  test('bad entries of a list are named by line and the good ones made', async () => {
    const file = join(folder, 'block-list.txt');
    writeFileSync(
      file,
      '# ours\n203.0.113.51\n\nnonsense\n203.0.113.0/33\n203.0.113.52 ; a comment\n127.0.0.1\n',
    );
    const { code, stdout } = await node.run(['decisions', 'import', file, '--duration', '7d', '--json']);
    expect(code).toBe(1);
    expect(jsonDocument(stdout)).toMatchObject({
      added: 2,
      rejected_count: 3,
      rejected: [{ line: 4 }, { line: 5 }, { line: 7 }],
    });
    expect(values(await inForce())).toEqual(['ip 203.0.113.51 ban', 'ip 203.0.113.52 ban']);
    const fromInput = await node.run(['decisions', 'import', '-', '--json'], { input: '203.0.113.53\n' });
    expect(jsonDocument(fromInput.stdout)).toMatchObject({ added: 1, rejected_count: 0 });
    const missing = await node.run(['decisions', 'import', join(folder, 'nowhere.txt')]);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('nowhere.txt cannot be read') });
  });
});

function earliestEnd({ decisions }: Listed): number {
  return Math.min(...decisions.map(({ decision }) => Date.parse(String(decision.expires))));
}
