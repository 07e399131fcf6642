import { Command } from 'commander';
import type { AgentReport } from '../../client/index.ts';
import type { FindingsDocument, HealthDocument } from '../../http/documents/fleet-document.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { formatTime } from '../frame/format.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import type { Style } from '../frame/style.ts';

/** `aegis fleet show`. */
export function showCommand(context: CommandContext): Command {
  return withConnection(new Command('show'))
    .description('one agent: health of its parts, what it is to have, and what it says it has')
    .argument('<agent>', 'its id, see aegis fleet agents')
    .action(async (id: string, options: ConnectOptions) => {
      const output = outputFor(context.terminal, options);
      const report = await connect(context, options).getAgent(id);
      output.answer(report, (style) => agentLines(report, style));
    });
}

function agentLines({ agent, wanted, effective }: AgentReport, style: Style): readonly string[] {
  const { strong, good, bad, warn, faint } = style;
  const { attributes, groups, room, config, health, findings } = agent;
  const state = agent.online ? good(agent.connected ? 'connected' : 'online') : faint('away');
  return [
    `${strong(agent.id)}  ${state}`,
    faint(`seen ${formatTime(Date.parse(agent.first_seen))} to ${formatTime(Date.parse(agent.last_seen))}`),
    ...Object.entries(attributes).map(([name, value]) => `${printable(name)}  ${printable(value)}`),
    ...(groups.length > 0 ? [`groups  ${groups.map(printable).join(', ')}`] : []),
    ...(room === undefined ? [] : [`room  ${printable(room)}`]),
    ...(health === undefined ? [] : ['', ...healthLines('health', health, '', style)]),
    ...(findings === undefined ? [] : ['', ...findingLines(findings, style)]),
    '',
    config === undefined
      ? 'config  none is said for it'
      : `config  ${config.is_wanted ? good(config.status) : warn('not what it is to have')}` +
        `  ${faint(config.wanted_from.join(' + '))}`,
    ...(config === undefined || config.error === '' ? [] : [bad(`  ${printable(config.error)}`)]),
    ...(wanted === null ? [] : JSON.stringify(wanted, null, 2).split('\n')),
    ...(effective === undefined ? [] : ['', 'it says it has', ...effective.split('\n').map(printable)]),
  ];
}

/** Characters of a report that are shown; `--json` has all of it. */
const LONGEST_REPORT = 160;

function findingLines(
  { made, sent, dropped, held, refused, reports }: FindingsDocument,
  { faint, warn }: Style,
): readonly string[] {
  const lost = dropped + refused > 0 ? warn(`${dropped} dropped, ${refused} refused`) : '0 dropped';
  return [
    `findings  ${made} made: ${sent} sent, ${held} held, ${lost}`,
    ...reports.map(({ plugin, at, about, data }) => {
      const text = printable(JSON.stringify(data)).slice(0, LONGEST_REPORT);
      return `  ${faint(formatTime(Date.parse(at)))}  ${printable(plugin)}  ${printable(about)}  ${text}`;
    }),
  ];
}

function healthLines(name: string, health: HealthDocument, indent: string, style: Style): readonly string[] {
  const { healthy, status, last_error, components } = health;
  const mark = healthy ? style.good('good') : style.bad('bad');
  const words = [status, last_error].filter((text) => text !== '').map(printable);
  return [
    `${indent}${printable(name)}  ${mark}${words.length > 0 ? `  ${words.join(': ')}` : ''}`,
    ...Object.entries(components).flatMap(([part, inner]) => healthLines(part, inner, `${indent}  `, style)),
  ];
}
