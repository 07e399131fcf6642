import { Command } from 'commander';
import { stringify } from 'yaml';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import { ruleDocument } from './rule-document.ts';
import { BUILT_IN, rulesOf } from './rule-files.ts';

/** `aegis scenario show NAME [FILE]`. */
export function showCommand(context: CommandContext): Command {
  return new Command('show')
    .description('one rule')
    .argument('<name>', 'its name')
    .argument('[file]', `a rule file, a folder of them, or ${BUILT_IN}`, BUILT_IN)
    .option('--json', 'one JSON document')
    .action((name: string, file: string, options: { readonly json?: boolean }) => {
      const rule = rulesOf(file, context).find((each) => each.name === name);
      if (rule === undefined)
        throw new CommandError(
          EXIT_CODES.notFound,
          'no_such_rule',
          `there is no rule ${JSON.stringify(name)} in ${file}; aegis scenario list names them`,
        );
      const document = ruleDocument(rule);
      outputFor(context.terminal, options).answer(document, () =>
        stringify(document, { lineWidth: 0 }).trimEnd().split('\n').map(printable),
      );
    });
}
