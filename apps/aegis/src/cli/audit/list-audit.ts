import { Command } from 'commander';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import { defined } from '../defined.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import { renderTable } from '../frame/table.ts';
import { wholeNumber } from '../whole-number.ts';

interface ListOptions extends ConnectOptions {
  readonly limit: string;
  readonly before?: string;
  readonly actor?: string;
  readonly action?: string;
}

/** `aegis audit list`. */
export function listCommand(context: CommandContext): Command {
  return withConnection(new Command('list'))
    .description('audit entries, the newest first')
    .option('--limit <n>', 'how many, 1 to 500', '20')
    .option('--before <time>', 'older than this, ISO 8601')
    .option('--actor <name>', 'only what this key did')
    .option('--action <name>', 'only this, such as decision.add')
    .action(async ({ limit, before, actor, action, ...options }: ListOptions) => {
      const output = outputFor(context.terminal, options);
      const asked = { limit: wholeNumber('--limit', limit), ...defined({ before, actor, action }) };
      const entries = await connect(context, options).listAudit(asked);
      output.answer({ entries }, ({ faint }) =>
        entries.length === 0
          ? ['no entry fits']
          : renderTable(
              ['at', 'actor', 'from', 'action', 'target', 'result', 'id'].map((title) => ({ title })),
              entries.map(({ at, actor: who, from, action: what, target, result, id }) =>
                [at, who, from, what, target, result, id].map(printable),
              ),
              { width: output.width, heading: faint },
            ),
      );
    });
}
