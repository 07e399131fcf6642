import { configErrorText } from '../../config/config-error.ts';
import { type LoadedConfig, loadConfig } from '../../config/load-config.ts';
import type { CommandContext } from './command-context.ts';
import { CommandError, EXIT_CODES } from './exit-codes.ts';
import { printable } from './printable.ts';

/** The config in force for a command; what deserves a word goes to standard error. Throws CommandError with every error. */
export function requireConfig(context: CommandContext, file?: string): LoadedConfig {
  const loaded = loadConfig({ ...context, ...(file === undefined ? {} : { file }) });
  if (!loaded.ok) {
    const count = loaded.error.length;
    const message = `the config has ${count === 1 ? 'an error' : `${count} errors`}; nothing was done`;
    throw new CommandError(EXIT_CODES.usage, 'config_invalid', message, loaded.error.map(configErrorText));
  }
  for (const warning of loaded.value.warnings) {
    context.terminal.stderr.write(`warning: ${printable(warning)}\n`);
  }
  return loaded.value;
}
