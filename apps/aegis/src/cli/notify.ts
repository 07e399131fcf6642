import { Command } from 'commander';
import type { CommandContext } from './frame/command-context.ts';
import { listCommand } from './notify/list-channels.ts';
import { testCommand } from './notify/test-channel.ts';

const EXAMPLES = `
Examples:
  aegis notify list
  aegis notify test ops

Channels and rules are set in the config: see docs/notifications.md.`;

/** `aegis notify list|test`. */
export function notifyCommand(context: CommandContext): Command {
  return new Command('notify')
    .description('the channels over which people are told what happens')
    .addCommand(listCommand(context))
    .addCommand(testCommand(context))
    .addHelpText('after', EXAMPLES);
}
