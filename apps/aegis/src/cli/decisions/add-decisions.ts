import type { Action, Scope } from '@aegis/model';
import { Command } from 'commander';
import type { WishAsk } from '../../client/index.ts';
import type { WishResult } from '../../http/documents/decision-wish-document.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { EXIT_CODES } from '../frame/exit-codes.ts';
import { formatTime } from '../frame/format.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import type { Style } from '../frame/style.ts';
import { actionOption, scopeOf, scopeOption } from './decision-options.ts';

interface AddOptions extends ConnectOptions {
  readonly scope?: Scope;
  readonly action: Action;
  readonly duration?: string;
  readonly reason: string;
}

/** `aegis decisions add`. */
export function addCommand(context: CommandContext): Command {
  return withConnection(new Command('add'))
    .description('make decisions')
    .argument('<value...>', 'addresses, prefixes or, with --scope, anything else')
    .addOption(scopeOption('what the values are (default: ip or range, by their form)'))
    .addOption(actionOption().default('ban'))
    .option('--duration <duration>', 'such as 30m, 4h or 7d (default: 4h)')
    .requiredOption('--reason <text>', 'why; people will read it')
    .action(async (values: readonly string[], options: AddOptions) => {
      const { action, duration, reason } = options;
      const wishes = values.map(
        (value): WishAsk => ({
          scope: options.scope ?? scopeOf(value),
          value,
          action,
          reason,
          ...(duration === undefined ? {} : { duration }),
        }),
      );
      const report = await connect(context, options).addDecisions(wishes);
      const output = outputFor(context.terminal, options);
      output.answer(report, (style) =>
        report.results.flatMap((result, index) =>
          resultLines(values[index] ?? '', result, output.width, style),
        ),
      );
      if (report.refused > 0) context.exit(EXIT_CODES.failed);
    });
}

function resultLines(
  asked: string,
  { decision, refusal }: WishResult,
  width: number,
  { good, bad, faint }: Style,
): readonly string[] {
  if (decision === undefined)
    return [`${bad('refused')} ${printable(asked)}: ${printable(refusal?.message ?? '')}`];
  const { action, scope, value, expires, id } = decision;
  const what = ` ${scope} ${printable(value)} until ${formatTime(Date.parse(expires))}`;
  const fits = action.length + what.length + 2 + id.length <= width;
  return fits ? [`${good(action)}${what}  ${faint(id)}`] : [`${good(action)}${what}`, faint(`  ${id}`)];
}
