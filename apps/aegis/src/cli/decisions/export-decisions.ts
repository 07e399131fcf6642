import { resolve } from 'node:path';
import type { Action, Scope } from '@aegis/model';
import { Command, Option } from 'commander';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import { defined } from '../defined.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { writeWhole } from '../write-whole.ts';
import { actionOption, FILE_FORMATS, type FileFormat, scopeOption } from './decision-options.ts';

interface ExportOptions extends ConnectOptions {
  readonly format: FileFormat;
  readonly out?: string;
  readonly scope?: Scope;
  readonly action?: Action;
  readonly origin?: string;
}

/** `aegis decisions export`. */
export function exportCommand(context: CommandContext): Command {
  return withConnection(new Command('export'))
    .description('write all decisions in force')
    .addOption(new Option('--format <format>', 'how').choices(FILE_FORMATS).default('json'))
    .option('--out <file>', 'into this file (default: standard output)')
    .addOption(scopeOption())
    .addOption(actionOption())
    .option('--origin <origin>', 'only of this origin')
    .action(async ({ format, out, scope, action, origin, ...options }: ExportOptions) => {
      const asked = { format, ...defined({ scope, action, origin }) };
      const chunks = await connect(context, options).exportDecisions(asked);
      if (out !== undefined) return writeWhole(resolve(context.cwd, out), chunks);
      const decoder = new TextDecoder();
      for await (const chunk of chunks)
        context.terminal.stdout.write(decoder.decode(chunk, { stream: true }));
    });
}
