import { CLIENT_STATES } from '@aegis/guard';
import { Argument, Command } from 'commander';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { EXIT_CODES } from '../frame/exit-codes.ts';
import { outputFor } from '../frame/output.ts';
import { clientLines } from './guard-clients.ts';

interface SetOptions extends ConnectOptions {
  readonly duration?: string;
  readonly reason: string;
}

interface LiftOptions extends ConnectOptions {
  readonly reason?: string;
}

/** `aegis guard set`. */
export function setCommand(context: CommandContext): Command {
  return withConnection(new Command('set'))
    .description('put a client into a state')
    .argument('<user>', 'the account')
    .addArgument(new Argument('<state>', 'which').choices(CLIENT_STATES))
    .option('--duration <time>', 'such as 30m or 7d, or forever (default: what the state usually takes)')
    .requiredOption('--reason <text>', "for the client's case and the audit")
    .action(async (user: string, state: string, { duration, reason, ...options }: SetOptions) => {
      const output = outputFor(context.terminal, options);
      const ask = { state, reason, ...(duration === undefined ? {} : { duration }) };
      const client = await connect(context, options).guardSetState(user, ask);
      output.answer(client, (style) => clientLines(client, style));
    });
}

/** `aegis guard lift`. */
export function liftCommand(context: CommandContext): Command {
  return withConnection(new Command('lift'))
    .description('bring a client back to normal')
    .argument('<user>', 'the account')
    .option('--reason <text>', 'for the audit')
    .action(async (user: string, { reason, ...options }: LiftOptions) => {
      const output = outputFor(context.terminal, options);
      const lifted = await connect(context, options).guardLift(user, reason);
      output.answer({ user, lifted }, () => [
        lifted ? `${user} is back to normal` : `${user} was in no state to be lifted from`,
      ]);
      if (!lifted) context.exit(EXIT_CODES.notFound);
    });
}
