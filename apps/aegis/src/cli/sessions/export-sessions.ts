import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { SESSION_FORMATS, type SessionFormat } from '../../export/session-formats.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { ProgressBar } from '../frame/progress-bar.ts';
import { writeWhole } from '../write-whole.ts';
import { type FilterOptions, filterAsk, withFilter } from './session-filter.ts';

interface ExportOptions extends ConnectOptions, FilterOptions {
  readonly format: SessionFormat;
  readonly out?: string;
}

const KIB = 1_024;

/** `aegis sessions export`. */
export function exportSessionsCommand(context: CommandContext): Command {
  return withFilter(withConnection(new Command('export')))
    .description('write sessions for other programs, the newest first')
    .addOption(new Option('--format <format>', 'how').choices(SESSION_FORMATS).default('jsonl'))
    .option('--out <file>', 'into this file (default: standard output)')
    .action(async (options: ExportOptions) => {
      const { format, out } = options;
      const { stdout, stderr } = context.terminal;
      const chunks = await connect(context, options).exportSessions({ ...filterAsk(options), format });
      if (out !== undefined) {
        const bar = new ProgressBar({ stream: stderr, clock: context.clock, label: out, unit: 'KiB' });
        await writeWhole(resolve(context.cwd, out), chunks, (bytes) => bar.update(Math.ceil(bytes / KIB)));
        bar.finish();
        return;
      }
      const decoder = new TextDecoder();
      for await (const chunk of chunks) stdout.write(decoder.decode(chunk, { stream: true }));
    });
}
