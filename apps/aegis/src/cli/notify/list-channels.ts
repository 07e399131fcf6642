import { Command } from 'commander';
import type { ChannelDocument } from '../../http/documents/notification-document.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { formatCount, formatDuration } from '../frame/format.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import type { Style } from '../frame/style.ts';
import { renderTable } from '../frame/table.ts';

/** `aegis notify list`. */
export function listCommand(context: CommandContext): Command {
  return withConnection(new Command('list'))
    .description('every channel: what was sent, what waits, and what keeps it from being sent')
    .action(async (options: ConnectOptions) => {
      const output = outputFor(context.terminal, options);
      const channels = await connect(context, options).listChannels();
      output.answer({ channels }, (style) =>
        channels.length === 0
          ? [
              'nobody is told of anything; name channels in the config under "notifications" (docs/notifications.md)',
            ]
          : lines(channels, style, output.width, context.clock.now()),
      );
    });
}

function lines(
  channels: readonly ChannelDocument[],
  { good, bad, warn, faint }: Style,
  width: number,
  now: number,
): readonly string[] {
  const isWell = (row: number): boolean => channels[row]?.trouble === '';
  return [
    ...renderTable(
      [
        { title: 'channel' },
        { title: 'kind' },
        { title: 'state', mark: (cell, row) => (isWell(row) ? good : bad)(cell) },
        { title: 'sent', align: 'right' },
        { title: 'waiting', align: 'right' },
        {
          title: 'dropped',
          align: 'right',
          mark: (cell, row) => (channels[row]?.dropped === 0 ? cell : warn(cell)),
        },
        { title: 'last sent' },
        { title: 'to', shrinks: true },
      ],
      channels.map(({ name, kind, trouble, sent, waiting, dropped, last_sent, place }) => [
        name,
        kind,
        trouble === '' ? 'ready' : 'failing',
        formatCount(sent),
        formatCount(waiting),
        formatCount(dropped),
        last_sent === undefined ? '-' : `${formatDuration(Math.max(0, now - Date.parse(last_sent)))} ago`,
        place,
      ]),
      { width, heading: faint },
    ),
    ...channels
      .filter(({ trouble }) => trouble !== '')
      .map(({ name, trouble }) => `${bad(name)}: ${printable(trouble)}`),
  ];
}
