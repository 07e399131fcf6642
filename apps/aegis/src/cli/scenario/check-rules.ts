import { rememberingRecognition } from '@aegis/analyze';
import { type ClassesOf, type Rule, runExample } from '@aegis/scenario';
import { Command } from 'commander';
import { classesWith } from '../../pipeline/classes-with.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { EXIT_CODES } from '../frame/exit-codes.ts';
import { formatCount } from '../frame/format.ts';
import { outputFor } from '../frame/output.ts';
import { BUILT_IN, rulesOf } from './rule-files.ts';

/** An example that came out wrong. */
interface Failure {
  readonly rule: string;
  readonly example: string;
  readonly problem: string;
}

/** `aegis scenario check [FILE]`: reads the rules and plays their examples. */
export function checkCommand(context: CommandContext): Command {
  return new Command('check')
    .description('whether rules can be read and do what they must')
    .argument('[file]', `a rule file, a folder of them, or ${BUILT_IN}`, BUILT_IN)
    .option('--json', 'one JSON document')
    .action((file: string, options: { readonly json?: boolean }) => {
      const rules = rulesOf(file, context);
      const classesOf = classesWith(rememberingRecognition());
      const failures = rules.flatMap((rule) => failuresOf(rule, classesOf));
      const examples = rules.reduce((sum, rule) => sum + rule.must_catch.length + rule.must_not.length, 0);
      const answer = { rules: rules.length, examples, failures };
      outputFor(context.terminal, options).answer(answer, ({ good, bad }) => [
        ...failures.map(({ rule, example, problem }) => `${bad('failed')} ${rule}: ${example}: ${problem}`),
        failures.length === 0
          ? `${good('ok')} ${formatCount(rules.length)} rules, ${formatCount(examples)} examples played`
          : `${formatCount(failures.length)} of ${formatCount(examples)} examples failed`,
      ]);
      if (failures.length > 0) context.exit(EXIT_CODES.refused);
    });
}

function failuresOf(rule: Rule, classesOf: ClassesOf): readonly Failure[] {
  const missed = rule.must_catch
    .filter((example) => runExample(rule, example, classesOf) === 0)
    .map(({ about }) => ({ rule: rule.name, example: about, problem: 'must be caught, and is not' }));
  const caught = rule.must_not
    .filter((example) => runExample(rule, example, classesOf) > 0)
    .map(({ about }) => ({ rule: rule.name, example: about, problem: 'must not be caught, and is' }));
  return [...missed, ...caught];
}
