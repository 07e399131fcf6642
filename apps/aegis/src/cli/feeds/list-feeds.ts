import { Command } from 'commander';
import type { FeedDocument } from '../../http/documents/feed-document.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { formatCount, formatDuration } from '../frame/format.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import type { Style } from '../frame/style.ts';
import { renderTable } from '../frame/table.ts';

/** `aegis feeds list`. */
export function listCommand(context: CommandContext): Command {
  return withConnection(new Command('list'))
    .description('every feed: what it holds, how old that is, and what keeps it from being current')
    .action(async (options: ConnectOptions) => {
      const output = outputFor(context.terminal, options);
      const feeds = await connect(context, options).listFeeds();
      output.answer({ feeds }, (style) =>
        feeds.length === 0
          ? ['no feed is set; name some in the config under "feeds" (aegis config example shows how)']
          : feedTable(feeds, { now: context.clock.now(), width: output.width, style }),
      );
    });
}

interface TableScene {
  readonly now: number;
  readonly width: number;
  readonly style: Style;
}

/** A line a feed, and below the table why those are not current that are not. */
export function feedTable(
  feeds: readonly FeedDocument[],
  { now, width, style }: TableScene,
): readonly string[] {
  const { good, warn, bad, faint } = style;
  const marks = { current: good, stale: warn, waiting: bad };
  const state = (row: number): FeedDocument['state'] => feeds[row]?.state ?? 'waiting';
  const since = (time: string | undefined): string =>
    time === undefined ? '-' : formatDuration(Math.max(0, now - Date.parse(time)));
  const troubled = feeds.filter(({ trouble }) => trouble !== '');
  return [
    ...renderTable(
      [
        { title: 'feed' },
        { title: 'state', mark: (cell, row) => marks[state(row)](cell) },
        { title: 'action' },
        { title: 'indicators', align: 'right' },
        { title: 'confirmed' },
        { title: 'holds', shrinks: true },
        { title: 'from', shrinks: true },
      ],
      feeds.map((feed) => [
        feed.name,
        feed.state,
        feed.action,
        formatCount(feed.indicators),
        feed.confirmed === undefined ? '-' : `${since(feed.confirmed)} ago`,
        scopesText(feed.scopes),
        feed.url,
      ]),
      { width, heading: faint },
    ),
    ...troubled.map(({ name, state: stands, trouble, failures }) => {
      const kept = stands === 'stale' ? '; its last good state is in force' : '';
      const times = failures > 1 ? ` (${formatCount(failures)} times in a row)` : '';
      return `${warn(name)}: ${printable(trouble)}${times}${kept}`;
    }),
  ];
}

/** `ip 12, range 3`. */
export function scopesText(scopes: Readonly<Record<string, number>>): string {
  return Object.entries(scopes)
    .map(([scope, count]) => `${scope} ${formatCount(count)}`)
    .join(', ');
}
