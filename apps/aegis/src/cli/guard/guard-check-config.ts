import { Command } from 'commander';
import { configErrorText } from '../../config/config-error.ts';
import { readGuardFile } from '../../guard/guard-file.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';
import { outputFor } from '../frame/output.ts';
import { renderTable } from '../frame/table.ts';

/** `aegis guard check-config`. */
export function checkConfigCommand(context: CommandContext): Command {
  return new Command('check-config')
    .description('check a config file of the guard, TOML or YAML, and show the limits that come of it')
    .argument('<file>', 'the file')
    .option('--json', 'answer as JSON')
    .action((file: string, options: { readonly json?: boolean }) => {
      const output = outputFor(context.terminal, options);
      const read = readGuardFile(file, context.readFile);
      if (!read.ok)
        throw new CommandError(
          EXIT_CODES.usage,
          'bad_guard_config',
          `${file} cannot be used`,
          read.error.map(configErrorText),
        );
      const { mode, shadowBan, limits } = read.value;
      output.answer({ valid: true, config: read.value }, (style) => [
        `${style.good('valid')}: mode ${mode}, shadow bans ${shadowBan}`,
        ...renderTable(
          [
            { title: 'limit' },
            { title: 'tokens/s', align: 'right' },
            { title: 'burst', align: 'right' },
            { title: '' },
          ],
          Object.entries(limits).map(([name, { perSecond, burst, enforce }]) => [
            name,
            String(perSecond),
            String(burst),
            enforce ? '' : 'counts only',
          ]),
          { width: output.width, heading: style.faint },
        ),
      ]);
    });
}
