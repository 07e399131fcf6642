import type { Scope } from '@aegis/model';
import { Command, Option } from 'commander';
import { FALSE_POSITIVES, type FalsePositive } from '../../decisions/false-positive.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';
import { formatCount } from '../frame/format.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import { scopeOf, scopeOption } from './decision-options.ts';

interface DeleteOptions extends ConnectOptions {
  readonly scope?: Scope;
  readonly id?: boolean;
  readonly reason: string;
  readonly falsePositive?: FalsePositive;
}

/** `aegis decisions delete`. */
export function deleteCommand(context: CommandContext): Command {
  return withConnection(new Command('delete'))
    .description('end every decision on a value, or one by its id; exit code 5 when there is none')
    .argument('<value>', 'address, prefix, other value with --scope, or id with --id')
    .addOption(scopeOption('what the value is (default: ip or range, by its form)'))
    .option('--id', 'the value is the id of a decision')
    .option('--reason <text>', 'why', 'ended by an operator')
    .addOption(
      new Option('--false-positive <what>', 'it should never have been made: what was wrong').choices(
        FALSE_POSITIVES,
      ),
    )
    .action(async (value: string, options: DeleteOptions) => {
      const client = connect(context, options);
      const { reason, falsePositive } = options;
      let lifted = 1;
      if (options.id === true) await client.liftDecision(value, reason, falsePositive);
      else
        lifted = await client.liftMatching(
          { scope: options.scope ?? scopeOf(value), value },
          reason,
          falsePositive,
        );
      if (lifted === 0) {
        throw new CommandError(EXIT_CODES.notFound, 'not_found', `no decision in force is about ${value}`);
      }
      outputFor(context.terminal, options).answer({ lifted }, ({ good }) => [
        `${good('ended')} ${formatCount(lifted)} ${lifted === 1 ? 'decision' : 'decisions'} on ${printable(value)}`,
      ]);
    });
}
