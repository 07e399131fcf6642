import { Command } from 'commander';
import { AGENT_SETTINGS } from '../config/agent-settings.ts';
import { VERSION } from '../version.ts';
import type { CommandContext } from './command-context.ts';
import { runCommand } from './run.ts';
import { statusCommand } from './status.ts';

/** The whole of `aegis-agent`. */
export function buildProgram(context: CommandContext): Command {
  const { write } = context;
  return new Command('aegis-agent')
    .description('The host agent of Aegis: runs plugins within limits, as a fleet server says.')
    .version(VERSION, '-V, --version')
    .addCommand(runCommand(context))
    .addCommand(statusCommand(context))
    .addCommand(
      new Command('settings').description('every setting, its variable, its default').action(() => {
        for (const { key, doc, initial } of Object.values(AGENT_SETTINGS))
          write(
            `${key}  (AEGIS_AGENT_${key.toUpperCase()}, default ${JSON.stringify(initial)})\n    ${doc}\n`,
          );
      }),
    );
}
