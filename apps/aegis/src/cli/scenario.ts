import { ruleJsonSchema } from '@aegis/scenario';
import { Command } from 'commander';
import type { CommandContext } from './frame/command-context.ts';
import { checkCommand } from './scenario/check-rules.ts';
import { listCommand } from './scenario/list-rules.ts';
import { showCommand } from './scenario/show-rule.ts';
import { testCommand } from './scenario/test-rules.ts';

const EXAMPLES = `
Examples:
  aegis scenario list
  aegis scenario show web-sensitive-files
  aegis scenario check mine.yaml     errors with their lines; plays the examples
  aegis scenario test builtin /var/log/auth.log
  aegis scenario test mine.yaml access.log --explain 203.0.113.7`;

/** `aegis scenario list|show|check|test|schema`. */
export function scenarioCommand(context: CommandContext): Command {
  return new Command('scenario')
    .description('rules over what clients do in the course of time: look at them, try them')
    .addCommand(listCommand(context))
    .addCommand(showCommand(context))
    .addCommand(checkCommand(context))
    .addCommand(testCommand(context))
    .addCommand(schemaCommand(context))
    .addHelpText('after', EXAMPLES);
}

function schemaCommand({ terminal }: CommandContext): Command {
  return new Command('schema')
    .description('print the JSON Schema (draft 2020-12) of a rule, for editors')
    .action(() => terminal.stdout.write(`${JSON.stringify(ruleJsonSchema(), null, 2)}\n`));
}
