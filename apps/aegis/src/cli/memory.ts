import { Command } from 'commander';
import type { CommandContext } from './frame/command-context.ts';
import { attackerCommand, attackersCommand } from './memory/attackers.ts';
import { campaignsCommand } from './memory/campaigns.ts';
import { patternsCommand } from './memory/patterns.ts';
import { serversCommand } from './memory/servers.ts';

const EXAMPLES = `
Examples:
  aegis memory patterns
  aegis memory campaigns
  aegis memory attackers --since 2026-11-01
  aegis memory attacker 192.0.2.1
  aegis memory servers --json`;

/** `aegis memory …`: what was learned of attacks, attackers and C&C servers. */
export function memoryCommand(context: CommandContext): Command {
  return new Command('memory')
    .description('what was learned of attacks, attackers and C&C servers')
    .addCommand(patternsCommand(context))
    .addCommand(campaignsCommand(context))
    .addCommand(attackersCommand(context))
    .addCommand(attackerCommand(context))
    .addCommand(serversCommand(context))
    .addHelpText('after', EXAMPLES);
}
