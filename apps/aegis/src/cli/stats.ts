import { parseDuration } from '@aegis/model';
import { Command } from 'commander';
import { type ConnectOptions, connect, withConnection } from './connect.ts';
import { defined } from './defined.ts';
import type { CommandContext } from './frame/command-context.ts';
import { CommandError, EXIT_CODES } from './frame/exit-codes.ts';
import { outputFor } from './frame/output.ts';
import { statsLines } from './stats-lines.ts';

interface StatsOptions extends ConnectOptions {
  readonly from?: string;
  readonly to?: string;
  readonly last?: string;
}

const DAY_MS = 86_400_000;
/** Above this the course is shown by days. */
const HOURLY_MS = 3 * DAY_MS;
/** Cells a line: longer bars say no more. */
const WIDEST = 100;

/** `aegis stats`. */
export function statsCommand(context: CommandContext): Command {
  return withConnection(new Command('stats'))
    .description('what was seen in a time: how bad, what, with what, from where, when')
    .option('--last <time>', 'the last 24h (the default), 7d, 90m ...')
    .option('--from <time>', 'from then on, ISO 8601 or a day')
    .option('--to <time>', 'before then, ISO 8601 or a day')
    .addHelpText(
      'after',
      `
Examples:
  aegis stats
  aegis stats --last 7d
  aegis stats --from 2026-10-27 --to 2026-10-28 --json | jq .stats.by_tool`,
    )
    .action(async (options: StatsOptions) => {
      const range = rangeOf(options, context.clock.now());
      const output = outputFor(context.terminal, options);
      const client = connect(context, options);
      const length = Date.parse(range.to ?? '') - Date.parse(range.from ?? '');
      const step = length > HOURLY_MS ? 'day' : 'hour';
      const [stats, series] = await Promise.all([
        client.stats(range),
        // Of all there is the course would be too long to be shown.
        Number.isNaN(length) ? undefined : client.series({ ...range, step }),
      ]);
      output.answer({ ...range, stats, ...(series === undefined ? {} : { series }) }, (style) =>
        statsLines({ range, stats, series }, Math.min(output.width, WIDEST), style),
      );
    });
}

export interface AskedRange {
  readonly from?: string;
  readonly to?: string;
}

function rangeOf({ from, to, last }: StatsOptions, now: number): AskedRange {
  if (last !== undefined && (from !== undefined || to !== undefined)) {
    throw new CommandError(EXIT_CODES.usage, 'bad_range', 'give either --last, or --from and --to');
  }
  if (last === undefined && (from !== undefined || to !== undefined)) return defined({ from, to });
  const length = last === undefined ? DAY_MS : parseDuration(last);
  if (length === undefined || length <= 0) {
    throw new CommandError(
      EXIT_CODES.usage,
      'bad_range',
      `--last: "${last}" is no length of time such as 24h or 7d`,
    );
  }
  return { from: new Date(now - length).toISOString(), to: new Date(now).toISOString() };
}
