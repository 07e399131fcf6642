import { Command } from 'commander';
import type { AgentDocument } from '../../http/documents/fleet-document.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { formatDuration } from '../frame/format.ts';
import { outputFor } from '../frame/output.ts';
import type { Style } from '../frame/style.ts';
import { renderTable } from '../frame/table.ts';
import { wholeNumber } from '../whole-number.ts';

interface AgentsOptions extends ConnectOptions {
  readonly limit: string;
  readonly text?: string;
  readonly online?: boolean;
  readonly offline?: boolean;
}

/** `aegis fleet agents`. */
export function agentsCommand(context: CommandContext): Command {
  return withConnection(new Command('agents'))
    .description('agents, by id')
    .option('--limit <number>', 'at most', '100')
    .option('--text <text>', 'found in anything known of it: host name, version, group, error')
    .option('--online', 'those that are there')
    .option('--offline', 'those that are away')
    .action(async (options: AgentsOptions) => {
      const output = outputFor(context.terminal, options);
      const page = await connect(context, options).listAgents({
        limit: wholeNumber('--limit', options.limit),
        ...(options.text === undefined ? {} : { text: options.text }),
        ...(options.online === options.offline ? {} : { online: options.online === true }),
      });
      output.answer(page, (style) =>
        page.agents.length === 0
          ? ['no such agent']
          : agentTable(page.agents, { now: context.clock.now(), width: output.width, style }),
      );
    });
}

function agentTable(
  agents: readonly AgentDocument[],
  { now, width, style }: { readonly now: number; readonly width: number; readonly style: Style },
): readonly string[] {
  const { good, warn, bad, faint } = style;
  const agent = (row: number): AgentDocument | undefined => agents[row];
  return renderTable(
    [
      { title: 'agent' },
      { title: 'host', shrinks: true },
      { title: 'seen', mark: (cell, row) => (agent(row)?.online === true ? good : faint)(cell) },
      { title: 'health', mark: (cell, row) => (agent(row)?.health?.healthy === false ? bad : good)(cell) },
      { title: 'config', mark: (cell, row) => (agent(row)?.config?.is_wanted === false ? warn : good)(cell) },
    ],
    agents.map(({ id, attributes, online, last_seen, health, config }) => [
      id,
      attributes['host.name'] ?? attributes['service.name'] ?? '-',
      online ? 'online' : `${formatDuration(Math.max(0, now - Date.parse(last_seen)))} ago`,
      health === undefined ? '-' : health.healthy ? 'good' : 'bad',
      config === undefined ? '-' : config.is_wanted ? config.status : 'behind',
    ]),
    { width, heading: faint },
  );
}
