import { Command } from 'commander';
import type { CommandContext } from './frame/command-context.ts';
import { bansCommand } from './guard/guard-bans.ts';
import { casesCommand, ruleCommand } from './guard/guard-cases.ts';
import { checkConfigCommand } from './guard/guard-check-config.ts';
import { clientCommand, listCommand } from './guard/guard-clients.ts';
import { schemaCommand } from './guard/guard-schema.ts';
import { liftCommand, setCommand } from './guard/guard-set.ts';
import { statusCommand } from './guard/guard-status.ts';

const EXAMPLES = `
Examples:
  aegis guard status
  aegis guard list --state shadow_banned
  aegis guard client mallory
  aegis guard set mallory write_disabled --duration 1h --reason "insults"
  aegis guard lift mallory --reason "apologised"
  aegis guard appeals
  aegis guard rule case-0123456789abcdef overturned --reason "it was a poem"
  aegis guard check-config guard.toml
  aegis guard schema > guard.schema.json`;

/** `aegis guard …`: abuse protection, its clients and its cases. */
export function guardCommand(context: CommandContext): Command {
  return new Command('guard')
    .description('abuse protection for chat and API servers: clients, their states and appeals')
    .addCommand(statusCommand(context))
    .addCommand(listCommand(context))
    .addCommand(clientCommand(context))
    .addCommand(setCommand(context))
    .addCommand(liftCommand(context))
    .addCommand(bansCommand(context))
    .addCommand(casesCommand(context))
    .addCommand(ruleCommand(context))
    .addCommand(checkConfigCommand(context))
    .addCommand(schemaCommand(context))
    .addHelpText('after', EXAMPLES);
}
