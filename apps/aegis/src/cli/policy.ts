import { policyJsonSchema } from '@aegis/decide';
import { Command } from 'commander';
import type { CommandContext } from './frame/command-context.ts';
import { applyCommand, rollbackCommand } from './policy/apply-policy.ts';
import { checkCommand } from './policy/check-policy-file.ts';
import { diffCommand } from './policy/diff-policy.ts';
import { historyCommand } from './policy/policy-history.ts';
import { showCommand } from './policy/show-policy.ts';
import { simulateCommand } from './policy/simulate-policy.ts';

const EXAMPLES = `
Examples:
  aegis policy show
  aegis policy check policy.yaml        all errors at once, each with its line
  aegis policy simulate policy.yaml     whose verdicts would change
  aegis policy apply policy.yaml --reason "the new feed only watches"
  aegis policy history
  aegis policy rollback 3 --reason "the feed was right"`;

/** `aegis policy show|check|diff|simulate|apply|history|rollback|schema`. */
export function policyCommand(context: CommandContext): Command {
  return new Command('policy')
    .description('what counts how much: strategies, exemptions and limits, in versions')
    .addCommand(showCommand(context))
    .addCommand(checkCommand(context))
    .addCommand(diffCommand(context))
    .addCommand(simulateCommand(context))
    .addCommand(applyCommand(context))
    .addCommand(historyCommand(context))
    .addCommand(rollbackCommand(context))
    .addCommand(schemaCommand(context))
    .addHelpText('after', EXAMPLES);
}

function schemaCommand({ terminal }: CommandContext): Command {
  return new Command('schema')
    .description('print the JSON Schema (draft 2020-12) of policy files, for editors')
    .action(() => terminal.stdout.write(`${JSON.stringify(policyJsonSchema(), null, 2)}\n`));
}
