import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { runCommand, tooWide } from './cli-fixture.ts';
import { testSurroundings } from './frame/test-surroundings.ts';
import { buildProgram } from './program.ts';

const program = buildProgram({ ...testSurroundings(), exit: () => {} });

/** Every command as its words: `decisions add`. */
function commandsOf(command: Command, words: readonly string[] = []): readonly (readonly string[])[] {
  return command.commands.flatMap((inner) => {
    const own = [...words, inner.name()];
    return [own, ...commandsOf(inner, own)];
  });
}

test('the whole program, with what its exit codes mean', async () => {
  const { code, output } = await runCommand(['--help']);
  expect(code).toBe(0);
  for (const name of [
    'up',
    'check',
    'ingest',
    'decisions',
    'policy',
    'sessions',
    'audit',
    'keys',
    'config',
    'doctor',
    'demo',
    'version',
  ])
    expect(output).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  expect(output).toMatch(/Exit codes:\n +0 +done\n/);
});

test.each(commandsOf(program).map((words) => [words.join(' ')]))('help of %s', async (words) => {
  const { code, output, errors } = await runCommand([...words.split(' '), '--help']);
  expect([code, errors]).toEqual([0, '']);
  expect(output).toContain(`Usage: aegis ${words}`);
  if (!words.startsWith('config')) expect(tooWide(output)).toEqual([]);
  if (!words.includes(' ')) expect(output).toMatch(/Examples?:/);
});

test.each([[['chekc']], [['check']], [['check', '--nope', '192.0.2.1']], [['sessions', 'shwo', 'x']]])(
  '%j is wrong usage',
  async (words) => {
    const { code, output, errors } = await runCommand(words);
    expect([code, output]).toEqual([2, '']);
    expect(errors).toContain('--help');
  },
);
