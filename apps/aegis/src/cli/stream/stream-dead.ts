import { Command } from 'commander';
import type { CommandContext } from '../frame/command-context.ts';
import { formatTime } from '../frame/format.ts';
import { outputFor } from '../frame/output.ts';
import { renderTable } from '../frame/table.ts';
import { wholeNumber } from '../whole-number.ts';
import { type StreamOptions, withGroup, withStream } from './open-group.ts';

interface DeadOptions extends StreamOptions {
  readonly limit: string;
  readonly after?: string;
}

export function streamDeadCommand(context: CommandContext): Command {
  return withStream(new Command('dead'))
    .description('sessions that were set aside, the oldest first, and why')
    .option('--limit <count>', 'how many to show', '20')
    .option('--after <id>', 'go on behind this one')
    .action(async ({ limit, after, ...options }: DeadOptions) => {
      const page = { limit: wholeNumber('--limit', limit), ...(after === undefined ? {} : { after }) };
      const letters = await withGroup(context, options, ({ group }) => group.buried(page));
      const output = outputFor(context.terminal, options);
      output.answer({ dead_letters: letters }, ({ faint }) =>
        letters.length === 0
          ? ['none']
          : renderTable(
              [
                { title: 'id' },
                { title: 'set aside' },
                { title: 'tries', align: 'right' },
                { title: 'why', shrinks: true },
                { title: 'what', shrinks: true },
              ],
              letters.map(({ id, at, attempt, reason, payload }) => [
                id,
                formatTime(at),
                String(attempt),
                reason,
                payload.slice(0, 200),
              ]),
              { width: output.width, heading: faint },
            ),
      );
    });
}
