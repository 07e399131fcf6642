import { Command } from 'commander';
import type { HaltOrderDocument } from '../../http/documents/fleet-document.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { outputFor } from '../frame/output.ts';

interface OrderOptions extends ConnectOptions {
  readonly reason: string;
}

/** `aegis fleet halt`. */
export function haltCommand(context: CommandContext): Command {
  return withConnection(new Command('halt'))
    .description('stop what every agent does, at once')
    .requiredOption('--reason <text>', 'why, for whoever reads the history')
    .action(async (options: OrderOptions) =>
      told(context, options, await connect(context, options).haltFleet(options.reason)),
    );
}

/** `aegis fleet resume`. */
export function resumeCommand(context: CommandContext): Command {
  return withConnection(new Command('resume'))
    .description('have every agent go on')
    .requiredOption('--reason <text>', 'why, for whoever reads the history')
    .action(async (options: OrderOptions) =>
      told(context, options, await connect(context, options).resumeFleet(options.reason)),
    );
}

function told(context: CommandContext, options: OrderOptions, order: HaltOrderDocument): void {
  outputFor(context.terminal, options).answer(order, ({ strong }) => [
    `order ${order.epoch}: every agent ${strong(order.state === 'halted' ? 'halts' : 'goes on')}; ` +
      'aegis fleet status tells how many obey',
  ]);
}
