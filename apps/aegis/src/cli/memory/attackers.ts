import { Command } from 'commander';
import type { AttackerReport } from '../../client/index.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import { fold } from '../fold.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { formatCount, formatTime } from '../frame/format.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import type { Style } from '../frame/style.ts';
import { renderTable } from '../frame/table.ts';
import { type MemoryListOptions, memoryAsk, withMemoryAsk } from './memory-ask.ts';

/** `aegis memory attackers`. */
export function attackersCommand(context: CommandContext): Command {
  return withMemoryAsk(new Command('attackers'))
    .description('addresses that attacked, those seen last first')
    .action(async (options: MemoryListOptions) => {
      const output = outputFor(context.terminal, options);
      const attackers = await connect(context, options).listAttackers(memoryAsk(options));
      output.answer({ attackers }, ({ faint }) =>
        attackers.length === 0
          ? ['no attacker yet: they are learned from attacks in sessions']
          : renderTable(
              [
                { title: 'address' },
                { title: 'threat', align: 'right' },
                { title: 'sessions', align: 'right' },
                { title: 'last' },
                { title: 'attacks', shrinks: true },
                { title: 'tools', shrinks: true },
              ],
              attackers.map((attacker) => [
                attacker.address,
                String(attacker.threat_score),
                formatCount(attacker.sessions),
                formatTime(Date.parse(attacker.last_seen)),
                attacker.attack_types.join(', '),
                attacker.tools.join(', '),
              ]),
              { width: output.width, heading: faint },
            ),
      );
    });
}

/** `aegis memory attacker`. */
export function attackerCommand(context: CommandContext): Command {
  return withConnection(new Command('attacker'))
    .description('one address: what it did, and what it may do next')
    .argument('<address>', 'an IP address')
    .action(async (address: string, options: ConnectOptions) => {
      const output = outputFor(context.terminal, options);
      const report = await connect(context, options).getAttacker(address);
      output.answer(report, (style) => attackerLines(report, output.width, style));
    });
}

function attackerLines(
  { attacker, next_stage: next }: AttackerReport,
  width: number,
  { strong, faint }: Style,
): readonly string[] {
  const { first_seen, last_seen, attack_types, tools } = attacker;
  return [
    `${strong(attacker.address)}  threat ${attacker.threat_score}, ${formatCount(attacker.sessions)} sessions`,
    faint(`seen ${formatTime(Date.parse(first_seen))} to ${formatTime(Date.parse(last_seen))}`),
    ...fold(`attacks   ${attack_types.join(', ') || 'none'}`, width),
    ...fold(`tools     ${tools.map(printable).join(', ') || 'none known'}`, width),
    ...(next === undefined ? [] : ['', ...fold(`next      ${forecastText(next)}`, width)]),
  ];
}

/** Where nothing can be told from the present stage, it says so. */
function forecastText(next: NonNullable<AttackerReport['next_stage']>): string {
  const { present, prediction, probabilities, seen, sessions } = next;
  const shares = probabilities
    .slice(0, 3)
    .map(({ stage, probability }) => `${stage} ${Math.round(100 * probability)}%`)
    .join(', ');
  const counted = `${formatCount(seen)} steps from ${present} in ${formatCount(sessions)} sessions`;
  return prediction === undefined
    ? `no prediction: what comes after ${present} is what comes anyway (${shares}); ${counted}`
    : `${prediction}, after ${present} (${shares}); ${counted}`;
}
