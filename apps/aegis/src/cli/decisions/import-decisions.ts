import { readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import type { Action } from '@aegis/model';
import { Command, Option } from 'commander';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import { defined } from '../defined.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';
import { formatCount } from '../frame/format.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import { actionOption, FILE_FORMATS, type FileFormat } from './decision-options.ts';

interface ImportOptions extends ConnectOptions {
  readonly format?: FileFormat;
  readonly action?: Action;
  readonly duration?: string;
  readonly reason?: string;
}

/** `aegis decisions import`. */
export function importCommand(context: CommandContext): Command {
  return withConnection(new Command('import'))
    .description('make decisions from a list: JSON, CSV or one address or prefix a line')
    .argument('<file>', 'the list, - for standard input')
    .addOption(
      new Option('--format <format>', 'what it is (default: by the name of the file)').choices(FILE_FORMATS),
    )
    .addOption(actionOption('where an entry says nothing (default: ban)'))
    .option('--duration <duration>', 'where an entry says nothing (default: 4h)')
    .option('--reason <text>', 'where an entry says nothing')
    .action(async (file: string, options: ImportOptions) => {
      const text = readList(file, context.cwd);
      const { action, duration, reason } = options;
      const format = options.format ?? formatOf(file);
      const defaults = defined({ action, duration, reason });
      const report = await connect(context, options).importDecisions({ format, text, defaults });
      outputFor(context.terminal, options).answer(report, ({ good, bad, faint }) => [
        `${good('added')} ${formatCount(report.added)}, ${report.rejected_count === 0 ? 'none refused' : bad(`${formatCount(report.rejected_count)} refused`)}`,
        ...report.rejected
          .slice(0, 20)
          .map(({ line, message }) => faint(`  line ${line}: ${printable(message)}`)),
      ]);
      if (report.rejected_count > 0) context.exit(EXIT_CODES.failed);
    });
}

function formatOf(file: string): FileFormat {
  const extension = extname(file).toLowerCase();
  return extension === '.json' ? 'json' : extension === '.csv' ? 'csv' : 'plain';
}

function readList(file: string, cwd: string): string {
  try {
    return readFileSync(file === '-' ? 0 : resolve(cwd, file), 'utf8');
  } catch (error) {
    throw new CommandError(
      EXIT_CODES.usage,
      'unreadable',
      `${file} cannot be read: ${(error as Error).message}`,
    );
  }
}
