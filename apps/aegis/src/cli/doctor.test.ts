import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, expect, test } from 'vitest';
import { doctorCommand } from './doctor.ts';
import { runProgram } from './frame/run-program.ts';
import { testSurroundings } from './frame/test-surroundings.ts';

const cwd = mkdtempSync(join(tmpdir(), 'aegis-doctor-'));
afterAll(() => rmSync(cwd, { recursive: true }));
const env = { AEGIS_HTTP_PORT: '0', AEGIS_DECOY_PORT: '0' };

async function doctor(...words: string[]) {
  const surroundings = testSurroundings({ cwd, env });
  const code = await runProgram(
    (context) => new Command('aegis').addCommand(doctorCommand(context)),
    ['doctor', ...words],
    surroundings,
  );
  return { code, output: surroundings.terminal.output() };
}

test('findings are told with their mend, and a failing one ends with 1', async () => {
  writeFileSync(join(cwd, 'bad.yaml'), 'decoy:\n  prot: 1\n');
  const { code, output } = await doctor('--config', 'bad.yaml');
  expect(code).toBe(1);
  expect(output).toContain(
    'fail  config            bad.yaml:2:3: decoy.prot: is no key here; did you mean port?\n                        mend: "aegis config example"',
  );
  expect(output).toMatch(/\n\d+ ok, \d+ to look at, 1 failed\n$/);
});

test('warnings alone end with 0, and --json is one line', async () => {
  writeFileSync(join(cwd, 'good.yaml'), 'log: {level: debug}\n');
  const { code, output } = await doctor('--config', 'good.yaml', '--json');
  const answer = JSON.parse(output);
  expect([code, answer.ok, answer.counts.fail]).toEqual([0, true, 0]);
  expect(answer.findings).toContainEqual({
    check: 'log-level',
    level: 'warn',
    what: expect.stringContaining('debug'),
    mend: expect.any(String),
  });
});
