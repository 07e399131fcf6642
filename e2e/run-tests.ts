/**
 * `npm test`: provides the real programs that can be had, runs every test, and ends with a table of what was
 * tested against which version and what was not there. In CI no program that could be installed may be missing,
 * and no test that works with one may be skipped. The last line is `N passed, N failed, N skipped`.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { notesEnvironment, type ProgramStatus, provideRealPrograms, readTestedAgainst } from '@aegis/testing';
import { readTestReport, type SkippedTest } from './harness/test-report.ts';

const ROOT = join(import.meta.dirname, '..');
const inCi = process.env.CI === 'true';
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const folder = mkdtempSync(join(tmpdir(), 'aegis-tests-'));
const notes = join(folder, 'tested-against.jsonl');
const reportFile = join(folder, 'report.json');

try {
  const programs = provideRealPrograms(say);
  const exitCode = await vitest(process.argv.slice(2));
  const { passed, failed, skipped, trouble } = readTestReport(reportFile, exitCode);
  printTable(programs);
  printSkipped(skipped);
  const refused = inCi ? notInCi(programs, skipped) : [];
  for (const line of [...trouble, ...refused]) say(`FAILED  ${line}`);
  const failures = failed + refused.length;
  say(`\n${passed} passed, ${failures} failed, ${skipped.length} skipped`);
  process.exitCode = failures > 0 ? exitCode || 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Its exit code. */
function vitest(words: readonly string[]): Promise<number> {
  const program = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  spawn(process.execPath, [program, 'run', ...reporters, ...words], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...notesEnvironment(notes) },
  })
    .once('error', reject)
    .once('exit', (code) => resolve(code ?? 1));
  return promise;
}

function printTable(programs: readonly ProgramStatus[]): void {
  const used = readTestedAgainst(notes);
  const rows = [
    ['node', process.versions.node, 'everything'],
    ['sqlite', process.versions.sqlite ?? '?', 'stream, archive, ledger, registry, memory'],
    ...programs.map(({ program, version, missing }) => [
      program.name,
      version ?? 'NOT THERE',
      version === undefined
        ? (missing ?? '')
        : (used.get(program.name)?.join('; ') ?? 'installed, not used by this run'),
    ]),
  ];
  const width = (column: number): number => Math.max(...rows.map((row) => (row[column] ?? '').length));
  say('\nTested against');
  for (const [name = '', version = '', what = ''] of rows) {
    say(`  ${name.padEnd(width(0))}  ${version.padEnd(width(1))}  ${what}`);
  }
}

/** By file: why is in vitest's own output. */
function printSkipped(skipped: readonly SkippedTest[]): void {
  if (skipped.length === 0) return;
  say('\nSkipped');
  for (const [file, tests] of Map.groupBy(skipped, ({ file }) => file)) {
    say(`  ${relative(ROOT, file)}: ${tests.length === 1 ? tests[0]?.title : `${tests.length} tests`}`);
  }
}

/** What a run in CI may not lack. Data that lies beside the project can be absent in a clone; programs cannot. */
function notInCi(programs: readonly ProgramStatus[], skipped: readonly SkippedTest[]): readonly string[] {
  const missing = programs.filter(({ version }) => version === undefined).map(({ program }) => program.name);
  const withReal = (file: string): boolean => readFileSync(file, 'utf8').includes("'@aegis/testing'");
  const mandatory = skipped.filter(({ file }) => relative(ROOT, file).startsWith('e2e') || withReal(file));
  return [
    ...missing.map((name) => `in CI ${name} must be there`),
    ...mandatory.map(({ title }) => `in CI this test must not be skipped: ${title}`),
  ];
}
