import { AegisError } from '@aegis/model';
import { type Command, CommanderError } from 'commander';
import { ApiError } from '../../client/api-error.ts';
import type { CommandContext, Surroundings } from './command-context.ts';
import { CommandError, EXIT_CODES, type ExitCode, exitCodeOf } from './exit-codes.ts';
import { printable } from './printable.ts';
import { styleFor } from './style.ts';
import type { Terminal } from './terminal.ts';

/**
 * Runs one command line and tells the exit code; never throws and never ends the process. `build` makes the
 * whole program with all its commands.
 */
export async function runProgram(
  build: (context: CommandContext) => Command,
  words: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { terminal } = surroundings;
  let worst: ExitCode = EXIT_CODES.ok;
  let json = false;
  const exit = (code: ExitCode): void => {
    if (code > worst) worst = code;
  };
  const program = build({ ...surroundings, exit });
  settle(program, terminal);
  program.hook('preAction', (_, command) => {
    json = command.opts<{ readonly json?: boolean }>().json === true;
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    return worst;
  } catch (error) {
    // Commander has already written what there was to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
    report(error, json, terminal);
    return exitCodeOf(error);
  }
}

/** Commander hands these settings down only to commands that it made itself. */
function settle(command: Command, terminal: Terminal): void {
  const { stdout, stderr } = terminal;
  command.exitOverride();
  command.showHelpAfterError('(add --help for help)');
  command.configureOutput({
    writeOut: (text) => stdout.write(text),
    writeErr: (text) => stderr.write(text),
    getOutHelpWidth: () => Math.min(stdout.columns, 110),
    getErrHelpWidth: () => Math.min(stderr.columns, 110),
    getOutHasColors: () => stdout.colour,
    getErrHasColors: () => stderr.colour,
    outputError: (text, write) => write(styleFor(stderr.colour).bad(text)),
  });
  for (const inner of command.commands) settle(inner, terminal);
}

/** For a person on standard error; with `--json` also as the one document on standard output. */
function report(error: unknown, json: boolean, { stdout, stderr }: Terminal): void {
  const code = error instanceof AegisError ? error.code : 'unexpected';
  const message = error instanceof Error ? error.message : String(error);
  const details = detailsOf(error);
  const style = styleFor(stderr.colour);
  if (json) stdout.write(`${JSON.stringify({ error: { code, message, details } })}\n`);
  stderr.write(`${style.bad('error:')} ${printable(message)}\n`);
  for (const detail of details) stderr.write(`  ${printable(detail)}\n`);
  // An unforeseen fault is a defect: its trace belongs into a report.
  if (!(error instanceof AegisError) && error instanceof Error && error.name !== 'AbortError') {
    stderr.write(`${style.faint(error.stack ?? '')}\n`);
  }
}

function detailsOf(error: unknown): readonly string[] {
  if (error instanceof CommandError) return error.details;
  if (!(error instanceof ApiError)) return [];
  const mistakes = error.errors.map(({ where, message }) => `${where}: ${message}`);
  return error.requestId === undefined
    ? mistakes
    : [...mistakes, `request ${error.requestId}, to be found in the node's log`];
}
