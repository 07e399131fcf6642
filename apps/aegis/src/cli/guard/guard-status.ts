import { Command } from 'commander';
import type { GuardStatusDocument } from '../../client/index.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { formatCount } from '../frame/format.ts';
import { outputFor } from '../frame/output.ts';
import type { Style } from '../frame/style.ts';

/** `aegis guard status`. */
export function statusCommand(context: CommandContext): Command {
  return withConnection(new Command('status'))
    .description('what the guard has seen and does')
    .action(async (options: ConnectOptions) => {
      const output = outputFor(context.terminal, options);
      const status = await connect(context, options).guardStatus();
      output.answer(status, (style) => lines(status, style));
    });
}

function lines(status: GuardStatusDocument, style: Style): readonly string[] {
  const row = (label: string, text: string): string => `${style.faint(label.padEnd(12))}${text}`;
  const listed = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${name} ${formatCount(count)}`)
      .join(', ') || 'none';
  const { mode, shadow_ban, clients, calls, refused, delayed, dropped, open_cases } = status;
  return [
    row('mode', `${style.strong(mode)}, shadow bans ${shadow_ban}`),
    row(
      'calls',
      `${formatCount(calls)}: ${formatCount(refused)} refused, ${formatCount(delayed)} delayed, ${formatCount(dropped)} dropped`,
    ),
    row('limits', listed(status.triggers)),
    row('clients', `${formatCount(clients)}: ${listed(status.states)}`),
    row('trust up to', listed(status.trust)),
    row('addresses', `banned: ${listed(status.ip_bans)}`),
    row(
      'cases',
      open_cases === 0
        ? 'none wait for you'
        : style.warn(`${formatCount(open_cases)} wait for you: aegis guard appeals`),
    ),
  ];
}
