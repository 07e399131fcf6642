import { Command } from 'commander';
import { addCommand } from './decisions/add-decisions.ts';
import { deleteCommand } from './decisions/delete-decisions.ts';
import { exportCommand } from './decisions/export-decisions.ts';
import { importCommand } from './decisions/import-decisions.ts';
import { listCommand } from './decisions/list-decisions.ts';
import type { CommandContext } from './frame/command-context.ts';

const EXAMPLES = `
Examples:
  aegis decisions list --origin aegis
  aegis decisions add 192.0.2.7 --duration 24h --reason "password guessing"
  aegis decisions add 198.51.100.0/24 --action captcha --reason "scraping"
  aegis decisions delete 192.0.2.7
  aegis decisions export --format csv > decisions.csv
  aegis decisions import blocklist.txt --duration 7d --reason "our block list"`;

/** `aegis decisions list|add|delete|import|export`. */
export function decisionsCommand(context: CommandContext): Command {
  return new Command('decisions')
    .description('what is done with whom, for how long and why')
    .addCommand(listCommand(context))
    .addCommand(addCommand(context))
    .addCommand(deleteCommand(context))
    .addCommand(importCommand(context))
    .addCommand(exportCommand(context))
    .addHelpText('after', EXAMPLES);
}
