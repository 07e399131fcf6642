import { Command } from 'commander';
import type { CommandContext } from './frame/command-context.ts';
import { streamDeadCommand } from './stream/stream-dead.ts';
import { streamDropCommand } from './stream/stream-drop.ts';
import { streamRetryCommand } from './stream/stream-retry.ts';
import { streamStatusCommand } from './stream/stream-status.ts';

/** `aegis stream status|dead|retry|drop`. */
export function streamCommand(context: CommandContext): Command {
  return new Command('stream')
    .description('sessions that wait for analysis, and those that could not be analysed')
    .addCommand(streamStatusCommand(context))
    .addCommand(streamDeadCommand(context))
    .addCommand(streamRetryCommand(context))
    .addCommand(streamDropCommand(context))
    .addHelpText(
      'after',
      `
Asks the stream itself, in Redis or in the data directory, whether or not
a node runs.

Examples:
  aegis stream status
  aegis stream dead --limit 50           what was set aside, and why
  aegis stream retry --all               analyse all of it again
  aegis stream drop 1795328000000-0      forget one`,
    );
}
