import { Command } from 'commander';
import type { CommandContext } from '../frame/command-context.ts';
import { formatCount } from '../frame/format.ts';
import { outputFor } from '../frame/output.ts';
import { renderTable } from '../frame/table.ts';
import { fillingWords, wishWords } from './filling-words.ts';
import { ruleDocument } from './rule-document.ts';
import { BUILT_IN, rulesOf } from './rule-files.ts';

/** `aegis scenario list [FILE]`. */
export function listCommand(context: CommandContext): Command {
  return new Command('list')
    .description('the rules of a file or folder, or those that come with Aegis')
    .argument('[file]', `a rule file, a folder of them, or ${BUILT_IN}`, BUILT_IN)
    .option('--json', 'one JSON document')
    .action((file: string, options: { readonly json?: boolean }) => {
      const rules = rulesOf(file, context);
      const output = outputFor(context.terminal, options);
      output.answer({ rules: rules.map(ruleDocument) }, ({ faint }) => [
        ...renderTable(
          [
            { title: 'name' },
            { title: 'looks at' },
            { title: 'fires on', shrinks: true },
            { title: 'then' },
            { title: 'sure', align: 'right' },
          ],
          rules.map(({ name, on, filling, propose, confidence }) => [
            name,
            on.join(', '),
            fillingWords(filling),
            wishWords(propose),
            String(confidence),
          ]),
          { width: output.width, heading: faint },
        ),
        faint(`${formatCount(rules.length)} rules`),
      ]);
    });
}
