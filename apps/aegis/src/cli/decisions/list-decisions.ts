import type { Action, Scope } from '@aegis/model';
import { Command } from 'commander';
import type { DecisionAsk } from '../../client/index.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import { defined } from '../defined.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { outputFor } from '../frame/output.ts';
import { wholeNumber } from '../whole-number.ts';
import { actionOption, scopeOption } from './decision-options.ts';
import { decisionTable } from './decision-table.ts';

interface ListOptions extends ConnectOptions {
  readonly limit: string;
  readonly cursor?: string;
  readonly scope?: Scope;
  readonly value?: string;
  readonly action?: Action;
  readonly origin?: string;
  readonly all?: boolean;
}

/** `aegis decisions list`. */
export function listCommand(context: CommandContext): Command {
  return withConnection(new Command('list'))
    .description('decisions in force, the newest first')
    .option('--limit <n>', 'how many, 1 to 500', '50')
    .option('--cursor <cursor>', 'go on after the page before')
    .addOption(scopeOption())
    .option('--value <value>', 'about exactly this value')
    .addOption(actionOption())
    .option('--origin <origin>', 'from this origin, such as operator or aegis')
    .option('--all', 'those that ended as well')
    .action(async ({ all, limit, ...options }: ListOptions) => {
      const output = outputFor(context.terminal, options);
      const { cursor, scope, value, action, origin } = options;
      const filter = {
        limit: wholeNumber('--limit', limit),
        cursor,
        scope,
        value,
        action,
        origin,
        in_force: all !== true,
      };
      const page = await connect(context, options).listDecisions(defined(filter) as DecisionAsk);
      output.answer(page, (style) =>
        page.decisions.length === 0
          ? [all === true ? 'no decision was ever made' : 'no decision is in force']
          : [
              ...decisionTable(page.decisions, output.width, style),
              ...(page.next === undefined ? [] : ['', style.faint(`more: --cursor ${page.next}`)]),
            ],
      );
    });
}
