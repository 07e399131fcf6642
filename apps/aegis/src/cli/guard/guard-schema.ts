import { guardConfigJsonSchema } from '@aegis/guard';
import { Command } from 'commander';
import type { CommandContext } from '../frame/command-context.ts';

/** `aegis guard schema`. */
export function schemaCommand({ terminal }: CommandContext): Command {
  return new Command('schema')
    .description("print the JSON Schema (draft 2020-12) of the guard's config file, for editors")
    .action(() => terminal.stdout.write(`${JSON.stringify(guardConfigJsonSchema(), null, 2)}\n`));
}
