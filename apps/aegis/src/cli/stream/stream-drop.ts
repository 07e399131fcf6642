import { Command } from 'commander';
import type { CommandContext } from '../frame/command-context.ts';
import { outputFor } from '../frame/output.ts';
import { chosenLetters, type WhichOptions, withWhich } from './dead-letters.ts';
import { type StreamOptions, withGroup, withStream } from './open-group.ts';

export function streamDropCommand(context: CommandContext): Command {
  return withStream(withWhich(new Command('drop')))
    .description('forget dead letters, for good')
    .action(async (ids: readonly string[], options: StreamOptions & WhichOptions) => {
      const dropped = await withGroup(context, options, async ({ group }) => {
        let count = 0;
        for await (const letters of chosenLetters(group, ids, options)) {
          await group.discard(letters.map(({ id }) => id));
          count += letters.length;
        }
        return count;
      });
      outputFor(context.terminal, options).answer({ dropped }, ({ good }) => [
        `${good('forgotten')}: ${dropped}`,
      ]);
    });
}
