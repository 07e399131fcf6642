import { Argument, Command } from 'commander';
import type { GuardCaseDocument } from '../../http/documents/guard-document.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import type { Style } from '../frame/style.ts';

interface CasesOptions extends ConnectOptions {
  readonly all?: boolean;
}

interface RuleOptions extends ConnectOptions {
  readonly reason: string;
}

const MOST = 500;

/** `aegis guard appeals`. */
export function casesCommand(context: CommandContext): Command {
  return withConnection(new Command('appeals'))
    .description('cases that wait for an operator: appeals, and shadow bans to be approved')
    .option('--all', 'every case')
    .action(async ({ all, ...options }: CasesOptions) => {
      const output = outputFor(context.terminal, options);
      const every = await connect(context, options).guardCases({ limit: MOST });
      const cases = all === true ? every : every.filter(({ status, asks }) => status === 'appealed' || asks);
      output.answer({ cases }, (style) =>
        cases.length === 0 ? ['no case waits for you'] : cases.flatMap((each) => caseLines(each, style)),
      );
    });
}

/** `aegis guard rule`. */
export function ruleCommand(context: CommandContext): Command {
  return withConnection(new Command('rule'))
    .description(
      'rule on a case: overturned gives trust back and ends the state; upheld approves a shadow ban',
    )
    .argument('<case>', 'its id')
    .addArgument(new Argument('<ruling>', 'which').choices(['upheld', 'overturned']))
    .requiredOption('--reason <text>', 'for the case and the audit')
    .action(async (id: string, ruling: 'upheld' | 'overturned', { reason, ...options }: RuleOptions) => {
      const output = outputFor(context.terminal, options);
      const record = await connect(context, options).guardRule(id, { ruling, reason });
      output.answer(record, (style) => caseLines(record, style));
    });
}

function caseLines(record: GuardCaseDocument, style: Style): readonly string[] {
  const { id, user, at, from, to, reason, status, asks, evidence, appeal, ruling } = record;
  return [
    `${style.accent(id)}  ${style.strong(printable(user))}  ${from} > ${to}  ${reason}  ${at}  ${asks ? 'asks for a shadow ban' : status}`,
    ...evidence.map((each) => style.faint(`  ${each.at}  ${each.violation}  ${printable(each.detail)}`)),
    ...(appeal === undefined ? [] : [`  says: ${printable(appeal.text)}`]),
    ...(ruling === undefined ? [] : [`  ${status} by ${printable(ruling.by)}: ${printable(ruling.reason)}`]),
  ];
}
