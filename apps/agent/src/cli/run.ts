import { once } from 'node:events';
import { AegisError } from '@aegis/model';
import { Command } from 'commander';
import { Agent } from '../agent.ts';
import type { AgentSettings } from '../config/agent-settings.ts';
import { loadAgentConfig } from '../config/load-config.ts';
import { agentLogger } from '../log/agent-logger.ts';
import { BAD_CONFIG, type CommandContext } from './command-context.ts';

type RunOptions = Partial<Record<keyof AgentSettings, string>> & { readonly config?: string };

/** `aegis-agent run`. */
export function runCommand(context: CommandContext): Command {
  return new Command('run')
    .description('runs the agent until it is told to stop')
    .option('--config <file>', 'its config; default /etc/aegis-agent/agent.yaml where that is there')
    .option('--server <url>', 'where the fleet server speaks OpAMP')
    .option('--key-file <file>', 'the API key of the role agent')
    .option('--fleet-key-file <file>', "the fleet's public key, which signs orders to halt")
    .option('--state-dir <folder>', 'what the agent must know again after a restart')
    .option('--groups <names>', 'groups that this host is in, with commas between')
    .option('--room <name>', 'where it stands')
    .option('--transport <way>', 'auto, websocket or http')
    .option('--log-level <level>', 'debug, info, warn or error')
    .action(({ config: file, ...words }: RunOptions) => run(context, file, words));
}

async function run(
  { env, complain, exit, clock, random, signal }: CommandContext,
  file: string | undefined,
  words: RunOptions,
): Promise<void> {
  const config = loadAgentConfig({ file, env, words });
  if (!config.ok) {
    for (const line of config.error) complain(`${line}\n`);
    return exit(BAD_CONFIG);
  }
  const logger = agentLogger(complain, clock);
  try {
    const agent = new Agent({ config: config.value, clock, random, logger });
    await agent.start();
    logger.info({ id: agent.id, server: config.value.settings.server }, 'the agent is at work');
    if (!signal.aborted) await once(signal, 'abort');
    await agent.stop();
    logger.info({}, 'the agent has ended');
  } catch (error) {
    if (!(error instanceof AegisError)) throw error;
    complain(`error: ${error.message}\n`);
    exit(BAD_CONFIG);
  }
}
