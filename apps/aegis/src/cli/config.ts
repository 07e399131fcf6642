import { Command } from 'commander';
import { configJsonSchema } from '../config/json-schema.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { originText } from '../config/origin.ts';
import { writeEffective, writeReference } from '../config/write-config.ts';
import type { CommandContext } from './frame/command-context.ts';
import { outputFor } from './frame/output.ts';
import { requireConfig } from './frame/require-config.ts';

const FILE = 'config file (default: AEGIS_CONFIG, ./aegis.yaml, /etc/aegis/aegis.yaml)';

const EXAMPLES = `
Examples:
  aegis config example > aegis.yaml     a file with every key, its meaning and its default
  aegis config check aegis.yaml         all errors at once, each with its line; exit code 2
  aegis config print --sources          what is in force, and where each value came from
  aegis config schema > schema.json     for editors that complete and check YAML
`;

/** `aegis config check|print|example|schema`. */
export function configCommand(context: CommandContext): Command {
  return new Command('config')
    .description('check, show and explain the settings of a node')
    .addHelpText('after', EXAMPLES)
    .addCommand(checkCommand(context))
    .addCommand(printCommand(context))
    .addCommand(exampleCommand(context))
    .addCommand(schemaCommand(context));
}

interface JsonOption {
  readonly json?: boolean;
}

function checkCommand(context: CommandContext): Command {
  return new Command('check')
    .description('read the config and the environment and tell everything that is wrong with them')
    .argument('[file]', FILE)
    .option('--json', 'answer as JSON')
    .action((file: string | undefined, options: JsonOption) => {
      const loaded = requireConfig(context, file);
      const { warnings } = loaded;
      const from = loaded.file ?? 'no config file';
      const answer = { ok: true, file: loaded.file ?? null, warnings };
      outputFor(context.terminal, options).answer(answer, (style) => [
        `${style.good('ok')}  ${from}: ${setBy(loaded)}`,
      ]);
    });
}

function setBy({ sources }: LoadedConfig): string {
  const kinds = [...sources.values()].map(({ kind }) => kind);
  const count = (kind: string): number => kinds.filter((each) => each === kind).length;
  return `${count('file')} keys set by the file, ${count('variable')} by the environment, ${kinds.length} in all`;
}

interface PrintOptions extends JsonOption {
  readonly sources?: boolean;
}

function printCommand(context: CommandContext): Command {
  return new Command('print')
    .description('show the settings in force, without secrets')
    .argument('[file]', FILE)
    .option('--json', 'answer as JSON')
    .option('--sources', 'tell where each value came from')
    .action((file: string | undefined, options: PrintOptions) => {
      const { written, sources } = requireConfig(context, file);
      const told = options.sources === true ? sources : undefined;
      const answer = { config: written, ...(told === undefined ? {} : { sources: sourceTexts(told) }) };
      outputFor(context.terminal, options).answer(answer, () => [writeEffective(written, told).trimEnd()]);
    });
}

function sourceTexts(sources: LoadedConfig['sources']): Readonly<Record<string, string>> {
  return Object.fromEntries([...sources].map(([key, origin]) => [key, originText(origin)]));
}

function exampleCommand({ terminal }: CommandContext): Command {
  return new Command('example')
    .description('print a config file with every key, its meaning, its default and what raising it costs')
    .action(() => terminal.stdout.write(writeReference()));
}

function schemaCommand({ terminal }: CommandContext): Command {
  return new Command('schema')
    .description('print the JSON Schema (draft 2020-12) of the config file')
    .action(() => terminal.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`));
}
