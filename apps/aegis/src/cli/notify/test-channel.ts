import { Command } from 'commander';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { EXIT_CODES } from '../frame/exit-codes.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';

/** A mail server may take its time to greet. */
const PATIENCE = { timeoutMs: 60_000 } as const;

/** `aegis notify test`. */
export function testCommand(context: CommandContext): Command {
  return withConnection(new Command('test'))
    .description('send a message that says it is a test, now')
    .argument('<channel>', 'the channel, as the config names it')
    .action(async (channel: string, options: ConnectOptions) => {
      const output = outputFor(context.terminal, options);
      const outcome = await connect(context, options, PATIENCE).testChannel(channel);
      output.answer(outcome, (style) => [
        outcome.sent
          ? `${style.good('sent')} a test over ${channel}`
          : `${style.bad('failed')} ${channel}: ${printable(outcome.message ?? '')}`,
      ]);
      if (!outcome.sent) context.exit(EXIT_CODES.failed);
    });
}
