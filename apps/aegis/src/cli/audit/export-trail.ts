import { resolve } from 'node:path';
import { Command } from 'commander';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { writeWhole } from '../write-whole.ts';

interface ExportOptions extends ConnectOptions {
  readonly out?: string;
}

/** `aegis audit export`. */
export function exportCommand(context: CommandContext): Command {
  return withConnection(new Command('export'))
    .description('write the whole trail with its checkpoints, to be kept and verified anywhere')
    .option('--out <file>', 'into this file (default: standard output)')
    .action(async ({ out, ...options }: ExportOptions) => {
      const chunks = await connect(context, options).exportTrail();
      if (out !== undefined) return writeWhole(resolve(context.cwd, out), chunks);
      const decoder = new TextDecoder();
      for await (const chunk of chunks)
        context.terminal.stdout.write(decoder.decode(chunk, { stream: true }));
    });
}
