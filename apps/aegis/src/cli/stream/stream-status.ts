import { Command } from 'commander';
import type { CommandContext } from '../frame/command-context.ts';
import { outputFor } from '../frame/output.ts';
import { type StreamOptions, withGroup, withStream } from './open-group.ts';

export function streamStatusCommand(context: CommandContext): Command {
  return withStream(new Command('status'))
    .description('how far analysis is behind')
    .action(async (options: StreamOptions) => {
      const { place, groupName, kept, stats } = await withGroup(context, options, async (open) => ({
        ...open,
        stats: await open.group.stats(),
        kept: await open.stream.length(),
      }));
      const { waiting, pending, buried } = stats;
      const facts = { stream: place, group: groupName, kept, waiting, pending, dead_letters: buried };
      outputFor(context.terminal, options).answer(facts, ({ strong, faint, warn }) => [
        `${strong(place)}  ${faint(`(group ${groupName})`)}`,
        row('waiting', waiting, 'not given to any worker yet'),
        row('in work', pending, 'given to a worker and not finished'),
        row('kept', kept, 'on the stream, finished ones too until they are trimmed'),
        row('dead letters', buried, 'could not be analysed'),
        ...(buried === 0 ? [] : [warn('"aegis stream dead" tells why')]),
      ]);
    });
}

function row(name: string, count: number, meaning: string): string {
  return `  ${name.padEnd(14)}${count.toLocaleString('en').padStart(12)}  ${meaning}`;
}
