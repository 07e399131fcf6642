import { Command } from 'commander';
import { connect } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { formatCount, formatDuration, formatTime } from '../frame/format.ts';
import { outputFor } from '../frame/output.ts';
import { renderTable } from '../frame/table.ts';
import { serverText } from '../hunt/hunt-lines.ts';
import { type MemoryListOptions, memoryAsk, withMemoryAsk } from './memory-ask.ts';

/** `aegis memory servers`. */
export function serversCommand(context: CommandContext): Command {
  return withMemoryAsk(new Command('servers'))
    .description('C&C servers and how many bots call them, those seen last first')
    .action(async (options: MemoryListOptions) => {
      const output = outputFor(context.terminal, options);
      const cc_servers = await connect(context, options).listCcServers(memoryAsk(options));
      output.answer({ cc_servers }, ({ faint, bad }) =>
        cc_servers.length === 0
          ? ['no C&C server yet: the hunt finds them in flows (aegis hunt --help)']
          : renderTable(
              [
                { title: 'server' },
                { title: 'score', align: 'right', mark: bad },
                { title: 'conf', align: 'right' },
                { title: 'bots', align: 'right' },
                { title: 'heartbeat', align: 'right' },
                { title: 'blocked' },
                { title: 'last' },
              ],
              cc_servers.map((server) => [
                serverText(server),
                String(server.cc_score),
                String(server.confidence),
                formatCount(server.bot_count),
                server.heartbeat_seconds === undefined
                  ? '-'
                  : formatDuration(server.heartbeat_seconds * 1_000),
                server.blocked ? 'yes' : 'no',
                formatTime(Date.parse(server.last_seen)),
              ]),
              { width: output.width, heading: faint },
            ),
      );
    });
}
