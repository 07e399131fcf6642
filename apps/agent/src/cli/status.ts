import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Health } from '@aegis/fleet';
import { Command } from 'commander';
import type { AgentStatus } from '../agent.ts';
import type { AgentSettings } from '../config/agent-settings.ts';
import { loadAgentConfig } from '../config/load-config.ts';
import { BAD_CONFIG, type CommandContext } from './command-context.ts';

type StatusOptions = Partial<Record<keyof AgentSettings, string>> & {
  readonly config?: string;
  readonly json?: true;
};

/** An agent writes its status every two seconds. */
const STALE_MS = 15_000;

/** `aegis-agent status`. */
export function statusCommand(context: CommandContext): Command {
  return new Command('status')
    .description('how the agent of this host is: 0 well, 1 not well or not running')
    .option('--config <file>', 'its config; default /etc/aegis-agent/agent.yaml where that is there')
    .option('--state-dir <folder>', 'where it keeps what it knows')
    .option('--json', 'all of it, as JSON')
    .action(({ config, json, ...words }: StatusOptions) => show(context, config, words, json === true));
}

function show(
  { env, write, complain, exit, clock }: CommandContext,
  file: string | undefined,
  words: Partial<Record<keyof AgentSettings, string>>,
  json: boolean,
): void {
  const config = loadAgentConfig({ file, env, words });
  if (!config.ok) {
    for (const line of config.error) complain(`${line}\n`);
    exit(BAD_CONFIG);
    return;
  }
  const status = readStatus(config.value.settings.stateDir);
  if (status === undefined) {
    complain(
      `no agent has run with the state in ${config.value.settings.stateDir}; start it: aegis-agent run\n`,
    );
    exit(1);
    return;
  }
  const isRunning = clock.now() - status.at < STALE_MS && isAlive(status.pid);
  if (json) write(`${JSON.stringify({ ...status, running: isRunning })}\n`);
  else for (const line of linesOf(status, isRunning)) write(`${line}\n`);
  if (!isRunning || !status.health.healthy) exit(1);
}

function linesOf(status: AgentStatus, isRunning: boolean): readonly string[] {
  const { id, version, server, connected, state, limits, health, config, decisions, pid, at } = status;
  return [
    isRunning
      ? `${state}  agent ${id}  version ${version}  pid ${pid}`
      : `not running; last seen ${new Date(at).toISOString()}  agent ${id}`,
    `server   ${server}  ${connected ? 'connected' : 'no connection'}`,
    `limits   ${limits === 'none' ? 'by looking at plugins' : `control groups ${limits}`}`,
    `config   ${config.status === 'unset' ? 'none from the server' : config.status}${config.error === '' ? '' : `: ${config.error}`}`,
    ...componentLines(health),
    `bans     ${decisions.length}`,
    ...decisions.slice(0, 20).map(({ value, reason }) => `  ${value}  ${printable(reason)}`),
  ];
}

function componentLines({ components }: Health): readonly string[] {
  return Object.entries(components).map(([name, { healthy, status, lastError }]) => {
    const mark = healthy ? 'good' : 'BAD ';
    return `${mark}     ${name.replace('agent:', '')}: ${printable(status)}${lastError === '' ? '' : `; ${printable(lastError)}`}`;
  });
}

function readStatus(stateDir: string): AgentStatus | undefined {
  try {
    return JSON.parse(readFileSync(join(stateDir, 'status.json'), 'utf8')) as AgentStatus;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** What plugins and logs say must not reach a terminal as it is. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those must not reach a terminal.
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}
