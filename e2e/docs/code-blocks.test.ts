import { expect, test } from 'vitest';
import { commandsOf } from './code-blocks.ts';

test('commands are read with their exit codes; outputs, other blocks and skipped ones are not', () => {
  const markdown = [
    '<!-- test: skip because it is another test -->',
    '```sh',
    'npm test',
    '```',
    '```text',
    '$ not a command',
    '```',
    '<!-- test: background -->',
    '```console',
    '$ server',
    'output',
    '```',
    '```console',
    '$ check this # exit code 3',
    '$ look # exit code any',
    '```',
  ].join('\n');
  expect(commandsOf(markdown)).toEqual([
    { command: 'server', exitCode: 0, background: true, line: 10 },
    { command: 'check this', exitCode: 3, background: false, line: 14 },
    { command: 'look', exitCode: undefined, background: false, line: 15 },
  ]);
});
