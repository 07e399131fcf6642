import { Command } from 'commander';
import type { FleetStatusDocument } from '../../http/documents/fleet-document.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import { fold } from '../fold.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { formatCount, formatTime } from '../frame/format.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import type { Style } from '../frame/style.ts';

/** `aegis fleet status`. */
export function statusCommand(context: CommandContext): Command {
  return withConnection(new Command('status'))
    .description('how many agents there are and how they stand')
    .action(async (options: ConnectOptions) => {
      const output = outputFor(context.terminal, options);
      const status = await connect(context, options).fleetStatus();
      output.answer(status, (style) => statusLines(status, output.width, style));
    });
}

function statusLines(
  status: FleetStatusDocument,
  width: number,
  { good, warn, bad }: Style,
): readonly string[] {
  const { agents, online, unhealthy, config_failed, behind, halted, order } = status;
  if (agents === 0 && order === undefined)
    return [
      'no agent has come; turn the server on (fleet.enabled in the config) and give agents a key:',
      '  aegis keys create web-1 --role agent',
    ];
  const count = (number: number, mark: (text: string) => string): string =>
    number === 0 ? '0' : mark(formatCount(number));
  return [
    `agents         ${formatCount(agents)}, ${good(formatCount(online))} online`,
    `unhealthy      ${count(unhealthy, bad)}`,
    `config failed  ${count(config_failed, bad)}`,
    `config behind  ${count(behind, warn)}`,
    ...(order === undefined
      ? []
      : fold(
          `${order.state === 'halted' ? bad('HALTED') : good('running')}         ` +
            `order ${order.epoch} of ${formatTime(Date.parse(order.at))} by ${printable(order.by)}: ` +
            `${printable(order.reason)}${order.state === 'halted' ? `; ${formatCount(halted)} agents obey` : ''}`,
          width,
        )),
  ];
}
