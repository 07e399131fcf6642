import { Command } from 'commander';
import type { PatternDocument } from '../../http/documents/memory-document.ts';
import { connect } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { truncate } from '../frame/display-width.ts';
import { formatCount, formatTime } from '../frame/format.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import type { Style } from '../frame/style.ts';
import { renderTable } from '../frame/table.ts';
import { type MemoryListOptions, memoryAsk, withMemoryAsk } from './memory-ask.ts';

/** `aegis memory patterns`. */
export function patternsCommand(context: CommandContext): Command {
  return withMemoryAsk(new Command('patterns'))
    .description('patterns of attacks, those seen last first')
    .action(async (options: MemoryListOptions) => {
      const output = outputFor(context.terminal, options);
      const patterns = await connect(context, options).listPatterns(memoryAsk(options));
      output.answer({ patterns }, (style) =>
        patterns.length === 0
          ? ['no pattern yet: they are learned from attacks in sessions']
          : patternTable(patterns, output.width, style),
      );
    });
}

/** A line a pattern, and its signatures below it. */
function patternTable(
  patterns: readonly PatternDocument[],
  width: number,
  { faint }: Style,
): readonly string[] {
  const rows = patterns.map((pattern) => [
    pattern.id,
    pattern.attack_type,
    String(pattern.severity),
    formatCount(pattern.occurrences),
    formatTime(Date.parse(pattern.last_seen)),
  ]);
  const [heading = '', ...lines] = renderTable(
    [
      { title: 'pattern' },
      { title: 'attack', shrinks: true },
      { title: 'severity', align: 'right' },
      { title: 'seen', align: 'right' },
      { title: 'last' },
    ],
    rows,
    { width, heading: faint },
  );
  return [
    heading,
    ...lines.flatMap((line, index) => {
      const signatures = printable((patterns[index]?.signatures ?? []).join(', '));
      return [line, faint(truncate(`  ${signatures}`, width))];
    }),
  ];
}
