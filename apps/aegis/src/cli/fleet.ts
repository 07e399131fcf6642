import { Command } from 'commander';
import { agentsCommand } from './fleet/agents.ts';
import { configCommand } from './fleet/fleet-config.ts';
import { haltCommand, resumeCommand } from './fleet/halt.ts';
import { showCommand } from './fleet/show-agent.ts';
import { statusCommand } from './fleet/status.ts';
import type { CommandContext } from './frame/command-context.ts';

const EXAMPLES = `
Examples:
  aegis fleet status
  aegis fleet agents --text web-3
  aegis fleet show 01930f6c-7a3b-7c1e-9d2a-5f4e3d2c1b0a
  aegis fleet config set all config.json --reason "a first config"
  aegis fleet config set group:web new.json --share 10 --reason "a canary"
  aegis fleet config history all
  aegis fleet config rollback all 1 --reason "the new one was wrong"
  aegis fleet halt --reason "a plugin eats memory"
  aegis fleet resume --reason "it is mended"`;

/** `aegis fleet …`: host agents, their config, and the halt. */
export function fleetCommand(context: CommandContext): Command {
  return new Command('fleet')
    .description('host agents: how they stand, what they are to do, and a halt for all of them')
    .addCommand(statusCommand(context))
    .addCommand(agentsCommand(context))
    .addCommand(showCommand(context))
    .addCommand(configCommand(context))
    .addCommand(haltCommand(context))
    .addCommand(resumeCommand(context))
    .addHelpText('after', EXAMPLES);
}
