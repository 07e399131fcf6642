import { AegisError } from '@aegis/model';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { ApiError } from '../../client/api-error.ts';
import type { CommandContext } from './command-context.ts';
import { CommandError, EXIT_CODES } from './exit-codes.ts';
import { runProgram } from './run-program.ts';
import { testSurroundings } from './test-surroundings.ts';

async function run(words: string, action: (context: CommandContext) => void | Promise<void> = () => {}) {
  const surroundings = testSurroundings();
  const build = (context: CommandContext): Command =>
    new Command('aegis').addCommand(
      new Command('things').addCommand(
        new Command('do')
          .option('--json')
          .argument('[thing]')
          .action(() => action(context)),
      ),
    );
  const code = await runProgram(build, words.split(' '), surroundings);
  return { code, output: surroundings.terminal.output(), errors: surroundings.terminal.errors() };
}

test('a command that works ends with 0, or with what it says, the gravest', async () => {
  expect(await run('things do')).toEqual({ code: 0, output: '', errors: '' });
  const { code } = await run('things do', ({ exit }) => {
    exit(EXIT_CODES.refused);
    exit(EXIT_CODES.failed);
  });
  expect(code).toBe(3);
});

test('a wrong command line ends with 2 and says what would be right', async () => {
  const { code, output, errors } = await run('things do --jsno');
  expect([code, output]).toEqual([2, '']);
  expect(errors).toContain("unknown option '--jsno'");
  expect(errors).toContain('--json');
  expect((await run('thing do')).errors).toContain('things');
});

test('help goes to standard output and ends with 0', async () => {
  const { code, output, errors } = await run('things do --help');
  expect([code, errors]).toEqual([0, '']);
  expect(output).toContain('Usage: aegis things do');
});

test('a failure is told on standard error, and as JSON where that was asked for', async () => {
  const fail = () => {
    throw new CommandError(EXIT_CODES.notFound, 'no_such_thing', 'there is no \u001b[2J', ['look elsewhere']);
  };
  expect(await run('things do', fail)).toEqual({
    code: 5,
    output: '',
    errors: 'error: there is no \\x1b[2J\n  look elsewhere\n',
  });
  const { code, output } = await run('things do --json', fail);
  expect([code, JSON.parse(output)]).toEqual([
    5,
    { error: { code: 'no_such_thing', message: 'there is no \u001b[2J', details: ['look elsewhere'] } },
  ]);
});

test('a fault of a store ends with its code, a defect with its trace', async () => {
  const away = await run('things do', async () =>
    Promise.reject(new AegisError('ledger_unavailable', 'away')),
  );
  expect(away).toEqual({ code: 4, output: '', errors: 'error: away\n' });
  const defect = await run('things do', () => {
    throw new TypeError('x is not a function');
  });
  expect(defect.code).toBe(1);
  expect(defect.errors).toContain('run-program.test.ts');
});

test('what the API refused is told part by part, with the id to look for in the log', async () => {
  const { code, errors } = await run('things do', () => {
    const mistakes = [{ where: 'query.limit', message: 'expected at most 500' }];
    throw new ApiError('bad_request', 'the request is not valid', {
      status: 400,
      errors: mistakes,
      requestId: 'r-1',
    });
  });
  expect(code).toBe(2);
  expect(errors).toContain('query.limit: expected at most 500');
  expect(errors).toContain('request r-1');
  const away = await run('things do', () => {
    throw new ApiError('unreachable', 'nobody answers');
  });
  expect(away.code).toBe(4);
});
