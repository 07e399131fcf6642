import { Command } from 'commander';
import type { FeedRefreshDocument } from '../../http/documents/feed-document.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { EXIT_CODES } from '../frame/exit-codes.ts';
import { formatCount } from '../frame/format.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import { ProgressBar } from '../frame/progress-bar.ts';
import type { Style } from '../frame/style.ts';

/** A feed may take long to answer, and a million lines take seconds. */
const PATIENCE = { timeoutMs: 3_600_000 } as const;

/** `aegis feeds refresh`. */
export function refreshCommand(context: CommandContext): Command {
  return withConnection(new Command('refresh'))
    .description('ask a feed, or every feed, now')
    .argument('[name]', 'the feed (default: all of them, one after the other)')
    .action(async (name: string | undefined, options: ConnectOptions) => {
      const output = outputFor(context.terminal, options);
      const client = connect(context, options, PATIENCE);
      const names = name === undefined ? (await client.listFeeds()).map((feed) => feed.name) : [name];
      const { stderr } = context.terminal;
      const bar = new ProgressBar({
        stream: stderr,
        clock: context.clock,
        label: 'refreshing',
        unit: 'feeds',
        total: names.length,
      });
      const outcomes: FeedRefreshDocument[] = [];
      for (const each of names) {
        bar.update(outcomes.length);
        outcomes.push(await client.refreshFeed(each));
      }
      bar.update(outcomes.length);
      if (stderr.isTTY) bar.finish();
      output.answer({ refreshed: outcomes }, (style) =>
        outcomes.length === 0 ? ['no feed is set'] : outcomes.map((outcome) => outcomeLine(outcome, style)),
      );
      if (outcomes.some(({ outcome }) => outcome === 'failed')) context.exit(EXIT_CODES.failed);
    });
}

function outcomeLine({ outcome, message = '', changes, feed }: FeedRefreshDocument, style: Style): string {
  const holds = `${formatCount(feed.indicators)} indicators`;
  switch (outcome) {
    case 'unchanged':
      return `${style.good('unchanged')} ${feed.name}: ${holds}`;
    case 'changed': {
      const { added = 0, gone = 0 } = changes ?? {};
      const difference =
        changes === undefined ? '' : `, ${formatCount(added)} new, ${formatCount(gone)} gone`;
      return `${style.good('changed')} ${feed.name}: ${holds}${difference}`;
    }
    case 'failed': {
      const kept = feed.indicators > 0 ? `; ${holds} of its last good state stay in force` : '';
      return `${style.bad('failed')} ${feed.name}: ${printable(message)}${kept}`;
    }
  }
}
