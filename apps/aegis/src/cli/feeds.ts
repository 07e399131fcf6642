import { Command } from 'commander';
import { listCommand } from './feeds/list-feeds.ts';
import { previewCommand } from './feeds/preview-feed.ts';
import { refreshCommand } from './feeds/refresh-feeds.ts';
import type { CommandContext } from './frame/command-context.ts';

const EXAMPLES = `
Examples:
  aegis feeds list
  aegis feeds refresh spamhaus-drop
  aegis feeds preview https://www.spamhaus.org/drop/drop.txt
  aegis feeds preview blocklist.csv --format csv
  aegis feeds preview new-list.txt --against our-list

Feeds are set in the config, under "feeds": see aegis config example.`;

/** `aegis feeds list|refresh|preview`. */
export function feedsCommand(context: CommandContext): Command {
  return new Command('feeds')
    .description('lists of indicators that others keep: how they stand, and what they hold')
    .addCommand(listCommand(context))
    .addCommand(refreshCommand(context))
    .addCommand(previewCommand(context))
    .addHelpText('after', EXAMPLES);
}
