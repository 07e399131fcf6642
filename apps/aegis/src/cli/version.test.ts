import { Command } from 'commander';
import { expect, test } from 'vitest';
import type { CommandContext } from './frame/command-context.ts';
import { runProgram } from './frame/run-program.ts';
import { testSurroundings } from './frame/test-surroundings.ts';
import { versionCommand } from './version.ts';

async function version(...words: string[]): Promise<string> {
  const surroundings = testSurroundings();
  const build = (context: CommandContext): Command =>
    new Command('aegis').addCommand(versionCommand(context));
  await runProgram(build, ['version', ...words], surroundings);
  return surroundings.terminal.output();
}

test('it tells the versions, for people and as one JSON line', async () => {
  expect(await version()).toMatch(
    /^aegis {5}\d+\.\d+\.\d+\nnode {6}24\.\d+\.\d+\nsqlite {4}3\.\d+\.\d+\nopenssl {3}3\./,
  );
  expect(JSON.parse(await version('--json'))).toMatchObject({
    aegis: expect.stringMatching(/^\d+\.\d+\.\d+/),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
  });
});
