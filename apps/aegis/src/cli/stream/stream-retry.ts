import { Command } from 'commander';
import type { CommandContext } from '../frame/command-context.ts';
import { outputFor } from '../frame/output.ts';
import { chosenLetters, type WhichOptions, withWhich } from './dead-letters.ts';
import { type StreamOptions, withGroup, withStream } from './open-group.ts';

export function streamRetryCommand(context: CommandContext): Command {
  return withStream(withWhich(new Command('retry')))
    .description('put dead letters on the stream again')
    .action(async (ids: readonly string[], options: StreamOptions & WhichOptions) => {
      const retried = await withGroup(context, options, async ({ stream, group }) => {
        let count = 0;
        for await (const letters of chosenLetters(group, ids, options)) {
          // First on the stream, then off the list: in between it is there twice, and is stored once all the same.
          await stream.append(letters.map(({ payload }) => payload));
          await group.discard(letters.map(({ id }) => id));
          count += letters.length;
        }
        return count;
      });
      outputFor(context.terminal, options).answer({ retried }, ({ good }) => [
        `${good('on the stream again')}: ${retried}`,
      ]);
    });
}
